using System.Collections.Concurrent;
using NeuralBurden.Cli.Config;
using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study;

namespace NeuralBurden.Cli.Study;

/// <summary>
/// Trains the runs of a study that are not finished, several at once. Small networks use one core well and two badly,
/// so runs are what is spread over the cores.
/// </summary>
internal sealed class StudyRunner(Shell shell, StudyFolder folder, RunOptions options, int jobs)
{
    private readonly ConcurrentQueue<string> _failures = new();
    private volatile bool _stopped;

    /// <summary>Runs that failed, with their reasons; the others are finished.</summary>
    /// <exception cref="OperationCanceledException">Stopped; every run in progress has saved a checkpoint.</exception>
    public IReadOnlyList<string> Execute(StudyPlan plan, CancellationToken cancellation)
    {
        RequireData(plan.Cells[0].Config.Data.Name);
        var missing = plan.Cells.Where(c => !RunFolder.IsFinished(folder.Runs, c.Config)).ToList();
        int done = plan.Cells.Count - missing.Count;
        shell.Output.WriteLine($"{plan.Cells.Count} runs, {done} of them finished; {jobs} at once");
        var progress = new StudyProgress(shell.Output, done, plan.Cells.Count);
        var queue = new ConcurrentQueue<StudyCell>(missing);
        var workers = Enumerable.Range(0, Math.Min(jobs, missing.Count))
            .Select(_ => Task.Factory.StartNew(
                () => Work(queue, progress, cancellation),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))
            .ToArray();
        // Every worker ends by itself, so that no run is left in the middle of a file.
        Task.WaitAll(workers, CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        if (_stopped) throw new OperationCanceledException();
        return [.. _failures.Order(StringComparer.Ordinal)];
    }

    private void Work(ConcurrentQueue<StudyCell> queue, StudyProgress progress, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested && !_stopped && queue.TryDequeue(out var cell))
        {
            try
            {
                var run = RunFolder.Open(folder.Runs, cell.Config);
                var result = shell.Engine.Execute(cell.Config, run, options, Quiet.Instance, cancellation);
                run.WriteResult(result);
                progress.Finished(cell, result);
            }
            catch (OperationCanceledException)
            {
                _stopped = true;
            }
            catch (Exception e)
            {
                // One run that cannot be trained says nothing about the others; the report names it.
                _failures.Enqueue($"{ConfigText.RunId(cell.Config)}: {e.Message}");
                progress.Failed(cell, e.Message);
            }
        }
    }

    private void RequireData(string name)
    {
        var sets = DatasetCatalog.List(new DataOptions { DataDir = options.DataDirectory });
        if (sets.FirstOrDefault(s => s.Manifest.Name == name) is { Found: false } status)
            throw new UserException($"data set '{name}' is {status.Missing}");
    }

    private sealed class Quiet : IProgress<TrainingProgress>
    {
        public static readonly Quiet Instance = new();

        public void Report(TrainingProgress value)
        {
        }
    }
}
