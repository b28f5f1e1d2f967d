using NeuralBurden.Vit.Configuration;

namespace NeuralBurden.Vit.Runs;

/// <summary>
/// An unfinished run that this process has taken: its folder is locked from before the look at what it holds until its
/// result is stored, so that processes that share nothing but the folder never train one run twice.
/// </summary>
public sealed class TakenRun : IDisposable
{
    private readonly RunLock _lock;

    private TakenRun(RunFolder folder, RunLock held) => (Folder, _lock) = (folder, held);

    public RunFolder Folder { get; }

    /// <summary>Takes a folder, whatever it holds.</summary>
    /// <exception cref="RunLockedException">A living process has it.</exception>
    public static TakenRun Take(RunFolder folder) => new(folder, RunLock.Acquire(folder.Path));

    /// <summary>
    /// Takes the run of a config under <paramref name="root"/>; null where it is finished or a living process has it.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static TakenRun? TryTake(string root, RunConfig config)
    {
        if (RunFolder.IsFinished(root, config)) return null;
        TakenRun taken;
        try
        {
            taken = Take(RunFolder.Open(root, config));
        }
        catch (RunLockedException)
        {
            return null;
        }

        if (!RunFolder.IsFinished(root, config)) return taken;
        // Another process finished it between the two looks.
        taken.Dispose();
        return null;
    }

    /// <summary>Trains the run from where it stands and stores its result.</summary>
    public RunResult Train(
        IRunEngine engine, RunOptions options, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var result = engine.Execute(Folder.Config, Folder, options with { HoldsLock = true }, progress, cancellation);
        Folder.WriteResult(result);
        return result;
    }

    public void Dispose() => _lock.Dispose();
}
