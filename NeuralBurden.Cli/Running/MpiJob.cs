using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Running;

/// <summary><c>mpirun -np N nb train CONFIG</c>: N processes of the same command line that train one run together.</summary>
internal static class MpiJob
{
    /// <summary>Whether mpirun started this process with others.</summary>
    public static bool IsShared => Info is { Ranks: > 1 };

    /// <summary>Whether another process of the job speaks and writes for this one.</summary>
    public static bool IsFollower => Info is { Rank: > 0 };

    private static MpiJobInfo? Info => MpiJobInfo.Of(Environment.GetEnvironmentVariable);

    /// <summary>Trains one run alone or as a rank; only rank 0 hears of progress.</summary>
    /// <param name="folder">The run's.</param>
    /// <param name="take">Takes it, as rank 0 does; null where another process has finished it meanwhile.</param>
    /// <exception cref="OperationCanceledException">Stopped, with a checkpoint.</exception>
    public static void Train(
        Shell shell,
        RunFolder folder,
        Func<TakenRun?> take,
        RunOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        if (Info is not { Ranks: > 1 } info)
        {
            using var alone = take();
            alone?.Train(shell.Engine, options, progress, cancellation);
            return;
        }

        using var world = MpiWorld.Join();
        try
        {
            var own = options with { Exchange = world, Device = info.DeviceOf(folder.Config.Device) };
            if (world.Rank == 0) Lead(shell, folder, take, own, world, progress, cancellation);
            else Follow(shell, folder, own, world, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The others wait for this rank and would wait for ever.
            shell.Error.WriteLine($"nb: rank {world.Rank} of {world.Ranks}: {e.Message}; this ends the whole job");
            shell.Error.Flush();
            shell.Output.Flush();
            world.Abort(UserException.Failure);
        }
    }

    private static void Lead(
        Shell shell,
        RunFolder folder,
        Func<TakenRun?> take,
        RunOptions options,
        MpiWorld world,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        using var taken = take();
        // Whether there is nothing left to do.
        world.Any(taken is null);
        if (taken is null) return;
        shell.Output.WriteLine(
            $"{world.Ranks} ranks, {folder.Config.Train.BatchSize / world.Ranks} of {folder.Config.Train.BatchSize} images each");
        taken.Train(shell.Engine, options, progress, cancellation);
        shell.Output.WriteLine(FormattableString.Invariant(
            $"rank 0 waited {world.Waited.TotalSeconds:0.00} s for gradients in {world.Exchanges} steps"));
        world.Any(false);
    }

    private static void Follow(
        Shell shell, RunFolder folder, RunOptions options, MpiWorld world, CancellationToken cancellation)
    {
        string scratch = Directory.CreateTempSubdirectory("nb-rank-").FullName;
        try
        {
            // Rank 0 has the run now, or the job is over.
            if (world.Any(false)) return;
            var own = options with { HoldsLock = true };
            shell.Engine.Execute(folder.Config, folder.Follower(scratch), own, QuietProgress.Instance, cancellation);
            world.Any(false);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
