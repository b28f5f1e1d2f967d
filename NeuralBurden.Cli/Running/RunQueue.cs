using System.Collections.Concurrent;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Cli.Running;

/// <summary>
/// Trains runs several at once, one per slot. Small networks use one core well and two badly, so runs are what is
/// spread over cores and devices. A run that another process has is left to it.
/// </summary>
internal sealed class RunQueue(Shell shell, string root, RunOptions options, IReadOnlyList<RunSlot> slots)
{
    private readonly Lock _gate = new();
    private readonly List<RunConfig> _waiting = [];
    private readonly ConcurrentQueue<(RunConfig Config, string Reason)> _failures = new();
    private volatile bool _stopped;

    /// <summary>Runs that failed, with their reasons, in order of their folders; the others are finished.</summary>
    /// <exception cref="OperationCanceledException">Stopped; every run in progress has saved a checkpoint.</exception>
    public IReadOnlyList<(RunConfig Config, string Reason)> Execute(
        IReadOnlyList<RunConfig> configs, CancellationToken cancellation)
    {
        _waiting.AddRange(configs.Where(c => !RunFolder.IsFinished(root, c)));
        int done = configs.Count - _waiting.Count;
        FinishedRuns.RequireSameContent(shell.Engine, root, configs.Except(_waiting), options);
        // Of each kind of device no more slots than there are runs for it.
        var used = slots.GroupBy(s => RunSlot.KindOf(s.Device))
            .SelectMany(g => g.Take(_waiting.Count(c => g.First().Fits(c.Device))))
            .ToList();
        shell.Output.WriteLine($"{configs.Count} runs, {done} of them finished; {used.Count} at once");
        var progress = new QueueProgress(shell.Output, done, configs.Count);
        var workers = used
            .Select(slot => Task.Factory.StartNew(
                () => Work(slot, progress, cancellation),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))
            .ToArray();
        // Every worker ends by itself, so that no run is left in the middle of a file.
        Task.WaitAll(workers, CancellationToken.None);
        if (_stopped || cancellation.IsCancellationRequested) throw new OperationCanceledException(cancellation);
        return [.. _failures.OrderBy(f => ConfigText.RunId(f.Config), StringComparer.Ordinal)];
    }

    private void Work(RunSlot slot, QueueProgress progress, CancellationToken cancellation)
    {
        var own = options with { Device = slot.Device, Threads = slot.Threads };
        while (!cancellation.IsCancellationRequested && !_stopped && Next(slot) is { } config)
        {
            try
            {
                using var taken = TakenRun.TryTake(root, config);
                if (taken is null) progress.Elsewhere(config);
                else progress.Finished(config, taken.Train(shell.Engine, own, QuietProgress.Instance, cancellation));
            }
            catch (OperationCanceledException)
            {
                _stopped = true;
            }
            catch (Exception e)
            {
                // One run that cannot be trained says nothing about the others.
                _failures.Enqueue((config, e.Message));
                progress.Failed(config, e.Message);
            }
        }
    }

    private RunConfig? Next(RunSlot slot)
    {
        lock (_gate)
        {
            int index = _waiting.FindIndex(c => slot.Fits(c.Device));
            if (index < 0) return null;
            var config = _waiting[index];
            _waiting.RemoveAt(index);
            return config;
        }
    }
}
