using System.CommandLine;
using NeuralBurden.Cli.Sweeps;

namespace NeuralBurden.Cli.Options;

/// <summary>Which sweep a command is about.</summary>
internal sealed class SweepTarget
{
    private readonly Argument<string> _sweep = new("SWEEP")
    {
        Description = "The sweep's folder, NAME-sweep beside its runs, or its config.",
    };

    private readonly Option<string> _out = CliOption.Of<string>(
        "--out", "DIR", "Folder of the run folders, where a config is given.", "runs");

    public SweepTarget(Command command)
    {
        command.Takes(_sweep, _out);
    }

    public SweepFolder Find(ParseResult parsed) =>
        SweepFolder.Find(parsed.GetRequiredValue(_sweep), parsed.GetValue(_out)!);
}
