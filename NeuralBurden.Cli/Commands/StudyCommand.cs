using System.CommandLine;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Study;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb study CONFIG</c> and <c>nb study report STUDYDIR</c>.</summary>
internal static class StudyCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command(
            "study", "Runs a study's grid, tests T1 to T8 with their controls, and writes its report.");
        var config = new Argument<string>("CONFIG") { Description = "A config with a block 'study:'." };
        var jobs = new Option<int?>("--jobs")
        {
            Description = "Runs at once, one thread each; as many as there are cores by default.",
            HelpName = "N",
        };
        jobs.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out int n) || n is < 1 or > 1024))
                result.AddError($"--jobs {result.Tokens[0].Value}: allowed: a whole number, 1 to 1,024");
        });
        var plan = new Option<bool>("--plan") { Description = "Checks the grid and lists its runs; trains nothing." };
        var noTrain = new Option<bool>("--no-train") { Description = "Reports what is finished; trains nothing." };
        var common = new CommonOptions();
        command.Arguments.Add(config);
        command.Options.Add(jobs);
        command.Options.Add(plan);
        command.Options.Add(noTrain);
        common.AddConfigTo(command);
        common.AddOutTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            shell,
            StudyFile.Read(ConfigFile.Load(parsed.GetRequiredValue(config)), common.Overrides(parsed)),
            common.Out(parsed),
            common.Options(parsed),
            parsed.GetValue(noTrain) ? 0 : parsed.GetValue(jobs) ?? Environment.ProcessorCount,
            parsed.GetValue(plan),
            cancellation)));
        command.Subcommands.Add(Report(shell));
        return command;
    }

    private static int Run(
        Shell shell,
        StudyFile file,
        string root,
        RunOptions options,
        int jobs,
        bool planOnly,
        CancellationToken cancellation)
    {
        var plan = file.Plan(shell.Engine, options);
        if (planOnly)
        {
            foreach (var cell in plan.Cells) shell.Output.WriteLine($"{cell.Config.Name} seed {cell.Seed}");
            shell.Output.WriteLine($"{plan.Cells.Count} runs: {plan.Points} points, each with every seed");
            return 0;
        }

        var folder = new StudyFolder(Path.Combine(root, file.Base.Name));
        folder.Create(file.Text);
        if (jobs == 0)
        {
            WriteReport(shell, folder, folder.Collect(file.Base, file.Text, plan, []));
            return 0;
        }

        var runner = new StudyRunner(shell, folder, options with { Threads = options.Threads ?? 1 }, jobs);
        var failures = runner.Execute(plan, cancellation);
        WriteReport(shell, folder, folder.Collect(file.Base, file.Text, plan, failures));
        return failures.Count == 0
            ? 0
            : throw new UserException($"{failures.Count} of {plan.Cells.Count} runs failed; the first: {failures[0]}");
    }

    private static Command Report(Shell shell)
    {
        var command = new Command(
            "report", "Statistics and report again from a study's stored data; the same data give the same bytes.");
        var path = new Argument<string>("STUDYDIR") { Description = $"A folder with {StudyFolder.DataFile}." };
        command.Arguments.Add(path);
        command.SetAction(parsed =>
        {
            var folder = new StudyFolder(parsed.GetRequiredValue(path));
            WriteReport(shell, folder, folder.Read());
            return 0;
        });
        return command;
    }

    private static void WriteReport(Shell shell, StudyFolder folder, StudyData data)
    {
        var outcomes = StudyTests.Of(data);
        StudyTable.Write(shell, outcomes);
        AtomicFile.WriteAllText(folder.ReportPath, StudyReport.Create(data, outcomes, folder.Picture));
        shell.Output.WriteLine($"report: {folder.ReportPath}");
    }
}
