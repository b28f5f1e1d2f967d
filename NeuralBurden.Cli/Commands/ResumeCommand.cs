using System.CommandLine;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb resume RUNDIR</c>: goes on with a stopped run; needs nothing but its folder.</summary>
internal static class ResumeCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("resume", "Goes on with a stopped run from its newest checkpoint.");
        var run = new Argument<string>("RUNDIR") { Description = "The folder of the run." };
        var common = new CommonOptions();
        command.Arguments.Add(run);
        common.AddSurroundingsTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(run);
            string config = Path.Combine(path, RunFolder.ConfigFile);
            if (!File.Exists(config))
                throw new UserException($"{path} is no run folder: it has no {RunFolder.ConfigFile}");
            if (File.Exists(Path.Combine(path, RunFolder.ResultFile)))
            {
                shell.Output.WriteLine($"{path} is finished");
                return Task.FromResult(0);
            }

            var folder = RunFolder.Existing(
                path, ConfigExpansion.Single(ConfigFile.Load(config), ConfigOverrides.None));
            if (shell.Engine.Resolve(folder.Config) != folder.Config)
            {
                throw new UserException(
                    $"{config}: leaves values to the method or the machine, as version 0.1.0 wrote it; what they were then is "
                    + "not known. 'nb train' begins the run anew, with all values written down");
            }

            var result = new Experiment(shell, path, common.Options(parsed)).Resume(folder, cancellation);
            if (MpiJob.IsFollower) return Task.FromResult(0);
            ResultTable.Write(shell, [result]);
            ReportFile.Write(shell, Path.Combine(folder.Path, HtmlReport.FileName), folder.Config.Name, [result]);
            return Task.FromResult(0);
        });
        return command;
    }
}
