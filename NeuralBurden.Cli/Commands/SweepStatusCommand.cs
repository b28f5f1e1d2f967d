using System.CommandLine;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Sweeps;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb sweep status SWEEP</c>.</summary>
internal static class SweepStatusCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("status", "Shows where the runs of a sweep stand, and its tasks in Slurm's queue.");
        var target = new SweepTarget(command);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            var status = SweepStatus.Of(target.Find(parsed));
            if (parsed.GetValue(json)) JsonOption.Write(shell, status.Json());
            else status.Write(shell);
            return 0;
        });
        return command;
    }
}
