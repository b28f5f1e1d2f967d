using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using Spectre.Console;

namespace NeuralBurden.Cli.Running;

/// <summary>
/// The table at the end: a row per variant, the three burdens side by side. A narrow terminal gets it in two parts, so that
/// no row breaks.
/// </summary>
internal static class ResultTable
{
    /// <summary>Columns of text from which the whole table fits, with a label of usual length.</summary>
    private const int WidthOfAll = 150;

    private const string Star = " *";

    private static readonly Column[] Outcome =
    [
        new("Seeds", g => ReportText.Number(g.Runs.Count, "0")),
        new("Accuracy, %", g => ReportText.MeanSpread(g.Of(r => r.TestAccuracy), "0.00", 100) + Average(g)),
        new("Loss", g => ReportText.MeanSpread(g.Of(r => r.TestLoss), "0.000")),
        new("Sparsity, %", g => ReportText.Percent(g.Sparsity, "0.0")),
        new("Burden", g => ReportText.MeanSpread(g.Of(r => r.Burden), "0.000")),
    ];

    private static readonly Column[] Cost =
    [
        new("MACs, theory", g => ReportText.Compact(g.Of(r => r.MacsPerImageTheoretical))),
        new("Stored", g => ReportText.Bytes(g.Of(r => r.StoredBytes)?.Mean ?? 0)),
        new("Test, images/s", g => ReportText.CompactSpread(g.TestSpeed)),
        new("Training, images/s", g => ReportText.CompactSpread(g.TrainingSpeed)),
    ];

    public static void Write(Shell shell, IEnumerable<StoredRun> runs)
    {
        var groups = RunGroup.Of(runs);
        Column[][] parts = shell.Console.Profile.Width >= WidthOfAll ? [[.. Outcome, .. Cost]] : [Outcome, Cost];
        foreach (var columns in parts) shell.Console.Write(Part(groups, columns));
        if (groups.Any(g => g.TestSpeed is { Count: > 1 } || g.TrainingSpeed is { Count: > 1 }))
            shell.Output.WriteLine("images/s: mean \u00b1 standard deviation over epochs and seeds");
        var dense = groups.Where(g => g.IsSimulated).Select(g => $"{g.Label} {g.DenseProducts}").ToList();
        if (dense.Count == 0) return;
        shell.Output.WriteLine("* products that dense kernels made in training, pruned weights as zeros,");
        shell.Output.WriteLine($"  so that theory saves more than time there: {string.Join(", ", dense)}");
    }

    private static Table Part(IReadOnlyList<RunGroup> groups, Column[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("Variant");
        foreach (var column in columns) table.AddColumn(new TableColumn(column.Head).RightAligned().NoWrap());
        foreach (var group in groups)
        {
            string label = Markup.Escape(group.Label + (group.IsSimulated ? Star : ""));
            table.AddRow([label, .. columns.Select(c => Markup.Escape(c.Cell(group)))]);
        }

        return table;
    }

    private static string Average(RunGroup group) => group.Of(r => r.EmaTestAccuracy) is { } average
        ? $" (EMA {ReportText.MeanSpread(average, "0.00", 100)})"
        : "";

    private sealed record Column(string Head, Func<RunGroup, string> Cell);
}
