using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Runs;

/// <summary>
/// An unfinished run that this process has taken: its folder is locked from before the look at what it holds until its
/// result is stored, so that processes that share nothing but the folder never train one run twice.
/// </summary>
public sealed class TakenRun : IDisposable
{
    private readonly RunLock _lock;
    private readonly bool _isNew;

    private TakenRun(RunFolder folder, RunLock held, bool isNew) => (Folder, _lock, _isNew) = (folder, held, isNew);

    public RunFolder Folder { get; }

    /// <summary>Takes an existing folder; null where its run is finished, by a process that had it until now say.</summary>
    /// <exception cref="RunLockedException">A living process has it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static TakenRun? Take(RunFolder folder)
    {
        var held = RunLock.Acquire(folder.Path);
        if (!File.Exists(folder.ResultPath)) return new TakenRun(folder, held, isNew: false);
        held.Dispose();
        return null;
    }

    /// <summary>
    /// Takes the run of a config under <paramref name="root"/> and writes its <c>config.yaml</c>; null where it is
    /// finished.
    /// </summary>
    /// <exception cref="RunLockedException">A living process has it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static TakenRun? Take(string root, RunConfig config)
    {
        if (RunFolder.IsFinished(root, config)) return null;
        bool isNew = !Directory.Exists(Path.Combine(root, ConfigText.RunId(config)));
        var folder = RunFolder.Existing(RunFolder.Create(root, config), config);
        RunLock held;
        try
        {
            held = RunLock.Acquire(folder.Path);
        }
        catch (IOException e) when (isNew && e is not RunLockedException)
        {
            folder.TryRemove();
            throw;
        }

        try
        {
            folder = RunFolder.Open(root, config);
            // The second look: whoever had the folder may have finished between the first one and the lock.
            if (!RunFolder.IsFinished(root, config)) return new TakenRun(folder, held, isNew);
        }
        catch
        {
            held.Dispose();
            throw;
        }

        held.Dispose();
        return null;
    }

    /// <summary>
    /// Takes the run of a config under <paramref name="root"/>; null where it is finished or a living process has it.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static TakenRun? TryTake(string root, RunConfig config)
    {
        try
        {
            return Take(root, config);
        }
        catch (RunLockedException)
        {
            return null;
        }
    }

    /// <summary>
    /// Trains the run from where it stands and stores its result. A run that is refused before it begins leaves no folder.
    /// </summary>
    public RunResult Train(
        IRunEngine engine, RunOptions options, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        RunResult result;
        try
        {
            result = engine.Execute(Folder.Config, Folder, options with { HoldsLock = true }, progress, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException && _isNew && !Folder.HasBegun)
        {
            _lock.Dispose();
            Folder.TryRemove();
            throw;
        }

        Folder.WriteResult(result);
        return result;
    }

    public void Dispose() => _lock.Dispose();
}
