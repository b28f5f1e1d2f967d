using System.CommandLine;
using NeuralBurden.Cli.Options;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Running;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Files;
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
            Description = "Run folders, or folders of them such as runs; what is no finished run is left out and named.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = CliOption.Of<string>("--out", "DIR", $"Folder that {HtmlReport.FileName} goes into.", ".");
        var title = new Option<string>("--title")
        {
            Description = "Heading.",
            DefaultValueFactory = _ => "Report",
        };
        var table = CliOption.Of<string?>(
            "--table", "FILE", "Also writes the figures: FILE.csv a row per run, FILE.md a row per variant.")
            .Require(text => TableKind(text) is not null, "a file that ends in .csv or .md");
        command.Takes(folders, table);
        var where = CliOption.Of<string[]>(
            "--where", "KEY=VALUE",
            "Only runs with this value of a config key or figure, as in --where method=pdwp; may be repeated.");
        var list = new Option<bool>("--list") { Description = "Lists the runs one by one; writes no report." };
        command.Takes(output, title, where, list);
        var json = JsonOption.AddTo(command);
        command.SetAction(parsed =>
        {
            var filters = (parsed.GetValue(where) ?? []).Select(RunFilter.Parse).ToList();
            bool asJson = parsed.GetValue(json);
            var told = asJson ? shell.Aside() : shell;
            var runs = FoundRuns.Read(shell, parsed.GetRequiredValue(folders))
                .Where(run => filters.TrueForAll(f => f.Takes(run)))
                .ToList();
            if (runs.Count == 0) throw new UserException("there is no finished run to report");
            RequireOneContent(runs);
            if (parsed.GetValue(list))
            {
                if (asJson) JsonOption.Write(shell, RunsJson.Of(runs, null));
                else RunList.Write(shell, runs);
                return 0;
            }

            ResultTable.Write(told, runs);
            string path = Path.Combine(parsed.GetValue(output)!, HtmlReport.FileName);
            ReportFile.Write(told, path, parsed.GetValue(title)!, runs);
            if (parsed.GetValue(table) is { } file)
            {
                AtomicFile.WriteAllText(file, TableKind(file) == ".csv" ? RunTable.Csv(runs) : RunTable.Markdown(runs));
                told.Output.WriteLine($"table: {file}");
            }

            if (asJson) JsonOption.Write(shell, RunsJson.Of(runs, path));
            return 0;
        });
        return command;
    }

    private static string? TableKind(string file) =>
        Path.GetExtension(file).ToLowerInvariant() is ".csv" or ".md" ? Path.GetExtension(file).ToLowerInvariant() : null;

    // What a config calls the same data must have been the same images.
    private static void RequireOneContent(IReadOnlyList<StoredRun> runs)
    {
        foreach (var same in runs.Where(r => r.Result.Content is not null).GroupBy(r => r.Config.Data))
        {
            var first = same.First();
            var images = first.Result.Content!.OfImagesAlone;
            foreach (var run in same)
            {
                ContentChangedException.ThrowIfChanged(
                    $"{ConfigText.RunId(run.Config)} is of other images than {ConfigText.RunId(first.Config)} and cannot be "
                    + "compared with it",
                    images,
                    run.Result.Content!.OfImagesAlone);
            }
        }
    }
}
