using System.CommandLine;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb train CONFIG</c>: one run, without the config's sweep.</summary>
internal static class TrainCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("train", "Trains one run; the config's sweep is ignored.");
        var config = new Argument<string>("CONFIG") { Description = "The run." };
        var common = new CommonOptions();
        command.Arguments.Add(config);
        common.AddTo(command, withSweep: false);
        var json = JsonOption.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var file = ConfigFile.Load(parsed.GetRequiredValue(config));
            var run = ConfigExpansion.Single(
                file, common.Overrides(parsed), common.Resolve(shell, parsed));
            bool asJson = parsed.GetValue(json);
            var told = asJson ? shell.Aside() : shell;
            var experiment = new Experiment(told, common.Out(parsed), common.Options(parsed));
            var runs = experiment.Execute([run], cancellation);
            if (MpiJob.IsFollower) return Task.FromResult(0);
            ResultTable.Write(told, runs);
            string report = Path.Combine(common.Out(parsed), ConfigText.RunId(run), HtmlReport.FileName);
            ReportFile.Write(told, report, run.Name, runs);
            if (asJson) JsonOption.Write(shell, RunsJson.Of(runs, report));
            return Task.FromResult(0);
        });
        return command;
    }
}
