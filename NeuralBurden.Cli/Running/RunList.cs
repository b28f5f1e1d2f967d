using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using Spectre.Console;

namespace NeuralBurden.Cli.Running;

/// <summary>A row per stored run, for finding one.</summary>
internal static class RunList
{
    public static void Write(Shell shell, IReadOnlyList<StoredRun> runs)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("Run");
        foreach (string head in (string[])["Method", "Merge", "Sparsity, %", "Seed", "Accuracy, %"])
            table.AddColumn(new TableColumn(head).RightAligned().NoWrap());
        foreach (var run in runs)
        {
            table.AddRow(
                Markup.Escape(Path.GetFileName(Path.TrimEndingDirectorySeparator(run.Folder))),
                Markup.Escape(run.Result.Method),
                Markup.Escape(run.Result.Merge),
                ReportText.Percent(run.Result.Sparsity, "0.0"),
                ReportText.Number(run.Result.Seed, "0"),
                ReportText.Percent(run.Result.TestAccuracy, "0.00"));
        }

        shell.Console.Write(table);
    }
}
