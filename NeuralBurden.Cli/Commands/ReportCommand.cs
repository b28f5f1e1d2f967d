using System.CommandLine;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Cli.Commands;

/// <summary><c>nb report RUNDIR...</c>: the report again from stored runs.</summary>
internal static class ReportCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("report", "Writes the report of stored runs.");
        var folders = new Argument<string[]>("RUNDIR")
        {
            Description = "Run folders; what is no finished run is left out and named.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out")
        {
            Description = $"Folder that {HtmlReport.FileName} goes into.",
            HelpName = "DIR",
            DefaultValueFactory = _ => ".",
        };
        var title = new Option<string>("--title")
        {
            Description = "Heading.",
            DefaultValueFactory = _ => "Report",
        };
        var table = new Option<string?>("--table")
        {
            Description = "Also writes the figures: FILE.csv a row per run, FILE.md a row per variant.",
            HelpName = "FILE",
        };
        table.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && TableKind(result.Tokens[0].Value) is null)
                result.AddError($"--table {result.Tokens[0].Value}: allowed: a file that ends in .csv or .md");
        });
        command.Arguments.Add(folders);
        command.Options.Add(table);
        command.Options.Add(output);
        command.Options.Add(title);
        command.SetAction(parsed =>
        {
            var runs = Read(shell, parsed.GetRequiredValue(folders));
            ResultTable.Write(shell, runs);
            string path = Path.Combine(parsed.GetValue(output)!, HtmlReport.FileName);
            ReportFile.Write(shell, path, parsed.GetValue(title)!, runs);
            if (parsed.GetValue(table) is { } file)
            {
                AtomicFile.WriteAllText(file, TableKind(file) == ".csv" ? RunTable.Csv(runs) : RunTable.Markdown(runs));
                shell.Output.WriteLine($"table: {file}");
            }

            return 0;
        });
        return command;
    }

    private static string? TableKind(string file) =>
        Path.GetExtension(file).ToLowerInvariant() is ".csv" or ".md" ? Path.GetExtension(file).ToLowerInvariant() : null;

    private static List<StoredRun> Read(Shell shell, string[] folders)
    {
        var runs = new List<StoredRun>();
        foreach (string folder in folders)
        {
            if (!File.Exists(Path.Combine(folder, RunFolder.ConfigFile)))
                shell.Error.WriteLine($"nb: {folder} is no run folder; left out");
            else if (!File.Exists(Path.Combine(folder, RunFolder.ResultFile)))
                shell.Error.WriteLine($"nb: {folder} is not finished; left out");
            else
                runs.Add(StoredRuns.Read(folder));
        }

        return runs.Count > 0 ? runs : throw new UserException("there is no finished run to report");
    }
}
