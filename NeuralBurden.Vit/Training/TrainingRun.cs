using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Training from a program of one's own: one call from a config to a stored model. Nothing is global: runs in different
/// folders may go on side by side.
/// </summary>
public static class TrainingRun
{
    /// <summary>
    /// Trains what <paramref name="config"/> describes in a folder of its own under <paramref name="root"/>, on a thread
    /// of its own. A run that is finished already is only read; one that was stopped goes on where it stood.
    /// </summary>
    /// <param name="config">The run.</param>
    /// <param name="root">Folder of the run folders; created if need be.</param>
    /// <param name="progress">Told after some steps, and after every epoch with its record.</param>
    /// <param name="cancellation">Ends the run at its next step, with a checkpoint to go on from.</param>
    /// <param name="options">Threads and data folder; null = all cores, the usual folder.</param>
    /// <param name="methods">The pruning methods that the config may name; null = the built-in ones.</param>
    /// <exception cref="SettingException">The config contradicts itself or the data; nothing was computed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; calling again goes on.</exception>
    /// <exception cref="NonFiniteException">Training diverged; names step, layer and the last good
    /// checkpoint.</exception>
    /// <exception cref="IOException">A file cannot be written, or another process works in the folder.</exception>
    public static Task<TrainedRun> RunAsync(
        RunConfig config,
        string root,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default,
        RunOptions? options = null,
        MethodCatalog? methods = null) =>
        Task.Factory.StartNew(
            () => Run(config, root, progress ?? new Unheard(), cancellation, options ?? new RunOptions(), methods),
            cancellation,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);

    private static TrainedRun Run(
        RunConfig config,
        string root,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation,
        RunOptions options,
        MethodCatalog? methods)
    {
        var engine = new RunEngine(methods ?? MethodCatalog.BuiltIn);
        ConfigRules.Check(config);
        config = engine.Resolve(config);
        using var taken = TakenRun.Take(root, config);
        if (taken is not null) return new TrainedRun(taken.Folder, taken.Train(engine, options, progress, cancellation));
        var folder = RunFolder.Existing(Path.Combine(root, ConfigText.RunId(config)), config);
        var stored = StoredRun.ReadResult(folder.ResultPath);
        if (stored.Content is { } then)
            ContentChangedException.ThrowIfChanged(folder.ResultPath, then, engine.Fingerprint(config, options));
        return new TrainedRun(folder, stored);
    }

    private sealed class Unheard : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
        }
    }
}
