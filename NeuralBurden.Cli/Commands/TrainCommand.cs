using System.CommandLine;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.Configuration;
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
        command.SetAction((parsed, cancellation) =>
        {
            var file = ConfigFile.Load(parsed.GetRequiredValue(config));
            var run = ConfigExpansion.Single(
                file, common.Overrides(parsed), common.Resolve(shell, parsed));
            var experiment = new Experiment(shell, common.Out(parsed), common.Options(parsed));
            var runs = experiment.Execute([run], cancellation);
            if (MpiJob.IsFollower) return Task.FromResult(0);
            ResultTable.Write(shell, runs);
            string folder = Path.Combine(common.Out(parsed), ConfigText.RunId(run));
            ReportFile.Write(shell, Path.Combine(folder, HtmlReport.FileName), run.Name, runs);
            return Task.FromResult(0);
        });
        return command;
    }
}
