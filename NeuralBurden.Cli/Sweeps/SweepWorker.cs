using System.Diagnostics;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Sweeps;

/// <summary>
/// One task of a sweep: trains the next run that is neither finished nor taken nor failed. The locks of the run folders
/// are all that tasks know of each other.
/// </summary>
internal sealed class SweepWorker(Shell shell, SweepFolder folder, RunOptions options)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    /// <param name="patience">
    /// How long to wait for a run where all are taken: the lock of a task that died with its node may outlive it for a
    /// while on a network file system.
    /// </param>
    /// <returns>The folder of the run that was trained; null where nothing was left to do.</returns>
    /// <exception cref="OperationCanceledException">Stopped, with a checkpoint.</exception>
    public string? Execute(TimeSpan patience, CancellationToken cancellation)
    {
        var configs = folder.Configs();
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            var open = configs.Where(c => !RunFolder.IsFinished(folder.Root, c) && folder.FailureOf(c) is null).ToList();
            foreach (var config in open)
            {
                cancellation.ThrowIfCancellationRequested();
                using var taken = TakenRun.TryTake(folder.Root, config);
                if (taken is not null) return Train(taken, cancellation);
            }

            if (open.Count == 0 || Stopwatch.GetElapsedTime(start) >= patience)
            {
                shell.Output.WriteLine(open.Count == 0
                    ? "nothing is left to train"
                    : $"other tasks have the {open.Count} runs that are left");
                return null;
            }

            if (cancellation.WaitHandle.WaitOne(BetweenLooks)) cancellation.ThrowIfCancellationRequested();
        }
    }

    private string Train(TakenRun taken, CancellationToken cancellation)
    {
        var config = taken.Folder.Config;
        string title = $"{config.Name} seed {config.Seed}";
        shell.Output.WriteLine($"takes {ConfigText.RunId(config)}");
        try
        {
            taken.Train(shell.Engine, options, new PlainProgress(shell.Output, title), cancellation);
            return taken.Folder.Path;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            folder.AddFailure(config, e.Message);
            throw;
        }
    }
}
