using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Storage;

namespace NeuralBurden.Cli.Study;

/// <summary>
/// Trains and measures the runs of a study that have no line in its <c>study.json</c>, several at once. Each run's line
/// is written as soon as its measures are there.
/// </summary>
internal sealed class StudyRunner(Shell shell, StudyFolder folder, StudyStore store, RunOptions options, int jobs)
{
    private volatile bool _stopped;

    /// <summary>Whether finished runs are measured again, as far as their weights and their twins' are there.</summary>
    public bool Remeasures { get; init; }

    /// <summary>Whether units are silenced at the end.</summary>
    public bool Silences { get; init; }

    /// <summary>Runs that have no line now, with the reasons.</summary>
    /// <param name="cells">What is to be done.</param>
    /// <param name="all">All runs of the study.</param>
    /// <exception cref="OperationCanceledException">Stopped; every run in progress has saved a checkpoint.</exception>
    public IReadOnlyList<string> Execute(
        IReadOnlyList<StudyCell> cells, IReadOnlyList<StudyCell> all, CancellationToken cancellation)
    {
        FinishedRuns.RequireSameContent(shell.Engine, folder.Runs, cells.Select(c => c.Config).Where(IsTrained), options);
        var changed = cells.Where(IsOfOtherContent).ToHashSet();
        if (changed.Count > 0)
        {
            shell.Output.WriteLine(
                $"{changed.Count} runs of {StudyFolder.DataFile} are of other images or files than are there now; "
                + "they are made anew");
        }

        var missing = cells.Where(c => store.Find(c) is null || changed.Contains(c)
            || (Remeasures && IsTrained(c.Config) && IsTrained(c.Twin))).ToList();
        var queue = new StudyQueue(missing, all, c => IsTrained(c.Config));
        var untrained = queue.Untrained;
        if (missing.Count > 0) Check(untrained, missing);
        var slots = Slots(untrained, missing);
        shell.Output.WriteLine(
            $"{cells.Count} runs, {cells.Count - missing.Count} of them in {StudyFolder.DataFile}; "
            + $"{untrained.Count} to train, {queue.Unmeasured} only to measure; {slots.Count} at once");
        var progress = new QueueProgress(shell.Output, 0, untrained.Count);
        var workers = slots
            .Select(slot => Task.Factory.StartNew(
                () => Work(queue, slot, progress, cancellation),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))
            .ToArray();
        // A worker that waits for another's run must hear of the signal too.
        using (cancellation.Register(queue.Stop)) Task.WaitAll(workers, CancellationToken.None);
        if (_stopped || cancellation.IsCancellationRequested) throw new OperationCanceledException(cancellation);
        var failures = queue.Failures;
        store.Fail(failures);
        return failures;
    }

    // What would stop a later run is found before the first one has taken its time.
    private void Check(IReadOnlyList<StudyCell> untrained, IReadOnlyList<StudyCell> missing)
    {
        RunConfig[] configs = [.. untrained.Concat(missing).Select(c => c.Config)];
        var experiment = new Experiment(shell, folder.Runs, options);
        experiment.CheckDevices(configs);
        experiment.CheckData(configs);
        experiment.CheckFiles([.. untrained.Select(c => c.Config)]);
    }

    // Of each kind of device no more slots than there are runs for it.
    private List<RunSlot> Slots(IReadOnlyList<StudyCell> untrained, IReadOnlyList<StudyCell> missing)
    {
        RunConfig[] configs = [.. untrained.Concat(missing).DistinctBy(c => c.Id).Select(c => c.Config)];
        return [.. RunSlot.For(configs, jobs, options.Threads)
            .GroupBy(s => RunSlot.KindOf(s.Device))
            .SelectMany(g => g.Take(configs.Count(c => g.First().Fits(c.Device))))];
    }

    private void Work(StudyQueue queue, RunSlot slot, QueueProgress progress, CancellationToken cancellation)
    {
        var own = options with { Device = slot.Device, Threads = slot.Threads };
        while (!cancellation.IsCancellationRequested && queue.Take(c => slot.Fits(c.Config.Device)) is { } task)
        {
            try
            {
                if (task.Measures) Measure(task.Cell, own, cancellation);
                else progress.Finished(task.Cell.Config, Train(task.Cell, own, cancellation));
                queue.Finish(task);
            }
            catch (OperationCanceledException)
            {
                _stopped = true;
                queue.Stop();
            }
            catch (Exception e)
            {
                // One run that cannot be trained or measured says nothing about the others.
                Fail(queue, task, e.Message, progress);
            }
        }
    }

    private void Fail(StudyQueue queue, StudyTask task, string reason, QueueProgress progress)
    {
        var others = queue.Fail(task, reason);
        if (task.Measures) progress.Unmeasured(task.Cell.Config, reason);
        else progress.Failed(task.Cell.Config, reason);
        foreach (var cell in others) progress.Failed(cell.Config, "its twin failed");
    }

    private RunResult Train(StudyCell cell, RunOptions own, CancellationToken cancellation)
    {
        using var taken = TakenRun.TryTake(folder.Runs, cell.Config)
            ?? throw new UserException("another process has it");
        return taken.Train(shell.Engine, own, QuietProgress.Instance, cancellation);
    }

    private void Measure(StudyCell cell, RunOptions own, CancellationToken cancellation)
    {
        string path = PathOf(cell.Id);
        var run = RunFolder.Existing(path, cell.Config);
        var loads = Remeasures ? null : run.ReadLoads();
        if (loads is null)
        {
            loads = shell.Engine.Measure(cell.Config, path, cell.Twin, PathOf(cell.TwinId), Silences, own, cancellation);
            run.WriteLoads(loads);
        }

        store.Add(cell, StoredRun.Read(path, cell.Config), loads);
    }

    // Without its images here a run is taken on trust.
    private bool IsOfOtherContent(StudyCell cell)
    {
        if (store.Find(cell)?.Fingerprint is not { } digest) return false;
        try
        {
            return shell.Engine.Fingerprint(cell.Config, options).Digest != digest;
        }
        catch (DataNotFoundException)
        {
            return false;
        }
    }

    private bool IsTrained(RunConfig config) => RunFolder.IsFinished(folder.Runs, config);

    private string PathOf(string id) => Path.Combine(folder.Runs, id);
}
