using System.CommandLine;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Sweeps;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb sweep cancel SWEEP</c>.</summary>
internal static class SweepCancelCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command(
            "cancel", "Cancels a sweep's tasks in Slurm; runs in progress save a checkpoint and can go on.");
        var target = new SweepTarget(command);
        command.SetAction(parsed =>
        {
            var folder = target.Find(parsed);
            var jobs = folder.JobIds();
            if (jobs.Count == 0)
                throw new UserException($"{folder.Path}: no job was submitted; Ctrl-C stops a local sweep");
            var tasks = SlurmCommands.Tasks(jobs);
            if (tasks is { Count: 0 })
            {
                shell.Output.WriteLine("no task is queued or running");
                return 0;
            }

            SlurmCommands.Cancel(tasks is null ? jobs : [.. tasks.Select(t => t.Job).Distinct()]);
            shell.Output.WriteLine(tasks is null ? "cancelled" : $"cancelled {tasks.Count} tasks");
            return 0;
        });
        return command;
    }
}
