using System.CommandLine;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Sweeps;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb sweep gather SWEEP</c>.</summary>
internal static class SweepGatherCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("gather", "One table and one report over the finished runs of a sweep.");
        var target = new SweepTarget(command);
        command.SetAction(parsed =>
        {
            var folder = target.Find(parsed);
            return SweepReport.Write(shell, folder, asJson: false)
                ? 0
                : throw new UserException($"{folder.Path}: no run is finished yet");
        });
        return command;
    }
}
