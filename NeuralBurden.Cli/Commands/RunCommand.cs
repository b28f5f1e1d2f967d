using System.CommandLine;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.Benchmarks;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb run [CONFIG]</c>: the whole experiment.</summary>
internal static class RunCommand
{
    private const string DefaultConfig = "configs/first.yaml";

    public static Command Create(Shell shell)
    {
        var command = new Command(
            "run", "Expands the config's sweep, trains what is missing, writes the report.");
        var config = new Argument<string?>("CONFIG")
        {
            Description = $"The experiment; {DefaultConfig} by default.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var common = new CommonOptions();
        command.Arguments.Add(config);
        common.AddTo(command, withSweep: true);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            bool asJson = parsed.GetValue(json);
            var (runs, report) = Run(
                asJson ? shell.Aside() : shell, parsed.GetValue(config), common, parsed, cancellation);
            if (asJson) JsonOption.Write(shell, RunsJson.Of(runs, report));
            return Task.FromResult(0);
        });
        return command;
    }

    private static (IReadOnlyList<StoredRun> Runs, string Report) Run(
        Shell shell, string? config, CommonOptions common, ParseResult parsed, CancellationToken cancellation)
    {
        var file = ConfigFile.Load(config ?? DefaultConfig);
        var configs = ConfigExpansion.Sweep(
            file, common.Overrides(parsed), common.Resolve(shell, parsed));
        var experiment = new Experiment(shell, common.Out(parsed), common.Options(parsed));
        foreach (string device in configs.Select(c => c.Device).Distinct())
            shell.Output.WriteLine(DeviceLine.Of(device, AutoDevice.Chosen));
        var runs = experiment.Execute(configs, cancellation);
        string name = ConfigExpansion.BaseName(file, common.Overrides(parsed));
        string report = Path.Combine(common.Out(parsed), $"{name}-{HtmlReport.FileName}");
        ResultTable.Write(shell, runs);
        ReportFile.Write(shell, report, name, runs);
        return (runs, report);
    }
}
