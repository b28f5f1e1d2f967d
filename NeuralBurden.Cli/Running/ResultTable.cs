using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using Spectre.Console;

namespace NeuralBurden.Cli.Running;

/// <summary>The table at the end: a row per variant, the three burdens side by side.</summary>
internal static class ResultTable
{
    public static void Write(Shell shell, IEnumerable<StoredRun> runs)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("Variant");
        foreach (string column in (string[])[
            "Seeds", "Accuracy, %", "Loss", "Sparsity, %", "MACs, theory", "Stored", "Measured, images/s",
            "Training, images/s", "Burden"])
            table.AddColumn(new TableColumn(column).RightAligned());
        bool simulated = false;
        foreach (var group in RunGroup.Of(runs))
        {
            simulated |= group.IsSimulated;
            table.AddRow(
                Markup.Escape(group.Label + (group.IsSimulated ? " *" : "")),
                ReportText.Number(group.Runs.Count, "0"),
                ReportText.MeanSpread(group.Of(r => r.TestAccuracy), "0.00", 100) + Average(group),
                ReportText.MeanSpread(group.Of(r => r.TestLoss), "0.000"),
                ReportText.Percent(group.Sparsity, "0.0"),
                ReportText.Compact(group.Of(r => r.MacsPerImageTheoretical)),
                ReportText.Bytes(group.Of(r => r.StoredBytes)?.Mean ?? 0),
                ReportText.Compact(group.Of(r => r.EvalImagesPerSecond)),
                ReportText.Compact(group.Of(r => r.TrainImagesPerSecond)),
                ReportText.MeanSpread(group.Of(r => r.Burden), "0.000"));
        }

        shell.Console.Write(table);
        if (simulated)
        {
            shell.Output.WriteLine(
                "* simulated: pruned weights are multiplied as zeros, so theory saves more than time");
        }
    }

    private static string Average(RunGroup group) => group.Of(r => r.EmaTestAccuracy) is { } average
        ? $" (EMA {ReportText.MeanSpread(average, "0.00", 100)})"
        : "";
}
