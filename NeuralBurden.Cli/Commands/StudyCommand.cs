using System.CommandLine;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Study;

namespace NeuralBurden.Cli.Commands;

/// <summary>
/// <c>nb study CONFIG</c>, <c>nb study plan CONFIG</c>, <c>nb study take CONFIG STUDYDIR</c> and <c>nb study report STUDYDIR</c>.
/// </summary>
internal static class StudyCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command(
            "study", "Trains and measures the runs of a study that are missing, and writes its data and report.");
        var config = new Argument<string>("CONFIG") { Description = "A config with a block 'study:'." };
        var jobs = CliOption.Of<int?>(
            "--jobs", "N", "Runs at once, one thread each; as many as there are cores by default.").Whole(1, 1024);
        var rows = new Option<string[]>("--rows")
        {
            Description = "Only these rows, with commas between them; 'r1*' names all that begin so.",
            HelpName = "A,B",
            CustomParser = result => [.. result.Tokens.SelectMany(t =>
                t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
        };
        var list = new Option<bool>("--list") { Description = "Checks the study and lists its runs; trains nothing." };
        var noTrain = new Option<bool>("--no-train") { Description = "Reports what is finished; trains nothing." };
        var remeasure = new Option<bool>("--remeasure")
        {
            Description = "Measures again what is trained, from the stored weights; what has none keeps its figures.",
        };
        var common = new CommonOptions();
        command.Takes(config, jobs, rows, list, noTrain, remeasure);
        common.AddConfigTo(command);
        common.AddOutTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var session = Session(shell, parsed.GetRequiredValue(config), common, parsed);
            var cells = session.Select(parsed.GetValue(rows) ?? []);
            if (parsed.GetValue(list)) session.List(cells);
            else if (parsed.GetValue(noTrain)) session.Report();
            else session.Run(cells, Jobs(parsed.GetValue(jobs)), parsed.GetValue(remeasure), cancellation);
            return Task.FromResult(0);
        });
        command.Subcommands.Add(Plan(shell));
        command.Subcommands.Add(Take(shell));
        command.Subcommands.Add(Report(shell));
        return command;
    }

    private static int Jobs(int? given) => given ?? Environment.ProcessorCount;

    private static Command Plan(Shell shell)
    {
        var command = new Command(
            "plan", "Writes the plan of the confirmation: its runs, rules and endpoints with a hash over all of it.");
        var config = new Argument<string>("CONFIG") { Description = "A config with a block 'study:' that has a focus." };
        var common = new CommonOptions();
        command.Arguments.Add(config);
        common.AddConfigTo(command);
        common.AddOutTo(command);
        command.SetAction(parsed =>
        {
            Session(shell, parsed.GetRequiredValue(config), common, parsed).WritePlan();
            return 0;
        });
        return command;
    }

    private static Command Take(Shell shell)
    {
        var command = new Command(
            "take", "Takes over the finished runs that the same study has elsewhere, such as on another machine.");
        var config = new Argument<string>("CONFIG") { Description = "A config with a block 'study:'." };
        var path = new Argument<string>("STUDYDIR") { Description = "The other folder with study.json, and its pictures." };
        var common = new CommonOptions();
        command.Arguments.Add(config);
        command.Arguments.Add(path);
        common.AddConfigTo(command);
        common.AddOutTo(command);
        command.SetAction(parsed =>
        {
            Session(shell, parsed.GetRequiredValue(config), common, parsed).TakeOver(parsed.GetRequiredValue(path));
            return 0;
        });
        return command;
    }

    private static Command Report(Shell shell)
    {
        var command = new Command(
            "report", "Statistics and report again from a study's stored data; the same data give the same bytes.");
        var path = new Argument<string>("STUDYDIR") { Description = "A folder with study.json." };
        command.Arguments.Add(path);
        command.SetAction(parsed =>
        {
            StudySession.Report(shell, parsed.GetRequiredValue(path));
            return 0;
        });
        return command;
    }

    private static StudySession Session(Shell shell, string config, CommonOptions common, ParseResult parsed)
    {
        var file = StudyFile.Read(ConfigFile.Load(config), common.Overrides(parsed));
        var options = common.Options(parsed);
        return new StudySession(shell, file, common.Out(parsed), options with { Threads = options.Threads ?? 1 });
    }
}
