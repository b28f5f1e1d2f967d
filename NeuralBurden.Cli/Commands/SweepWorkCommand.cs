using System.CommandLine;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Cli.Sweeps;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb sweep work SWEEP</c>: what a task of a job array runs.</summary>
internal static class SweepWorkCommand
{
    private static readonly TimeSpan PatienceAfterRequeue = TimeSpan.FromSeconds(120);

    public static Command Create(Shell shell)
    {
        var command = new Command("work", "Trains the next run of a sweep that nobody has; what its tasks call.");
        var target = new SweepTarget(command);
        var common = new CommonOptions();
        common.AddSurroundingsTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var worker = new SweepWorker(shell, target.Find(parsed), common.Options(parsed));
            // Slurm says so of a task that it has started before.
            bool isRequeued = Environment.GetEnvironmentVariable("SLURM_RESTART_COUNT") is { Length: > 0 } and not "0";
            if (worker.Execute(isRequeued ? PatienceAfterRequeue : TimeSpan.Zero, cancellation) is { } run)
                ResultTable.Write(shell, [StoredRuns.Read(run)]);
            return Task.FromResult(0);
        });
        return command;
    }
}
