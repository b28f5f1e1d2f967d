using NeuralBurden.Vit.Judging;

namespace NeuralBurden.Vit.Reports;

/// <summary>How models do by class: top-5 and calibration, the confusion matrix of few classes, the worst of many.</summary>
internal static class ClassSection
{
    public const string Note =
        "On the test images, all seeds together. The calibration error (ECE) is the mean distance between confidence and "
        + "accuracy over 15 bins of confidence. In a confusion matrix a row is what the images are and a column what they "
        + "are taken for, in % of the row.";

    private const int MostClasses = 20;
    private const int WorstShown = 10;

    /// <returns>Empty where no run was judged.</returns>
    public static string Draw(IReadOnlyList<RunGroup> groups)
    {
        var judged = groups.Where(g => Figures(g).Any()).ToList();
        if (judged.Count == 0) return "";
        string table = HtmlPage.Table(
            ["Variant", "Top-5, %", "Calibration error, %", "Worst class", "Its accuracy, %"],
            judged.Select(group => (string[])
            [
                ReportTables.Name(group),
                ReportText.MeanSpread(group.Of(r => r.Classification?.Top5Accuracy), "0.00", 100),
                ReportText.MeanSpread(group.Of(r => r.Classification?.CalibrationError), "0.00", 100),
                Worst(group, 1)[0].Name,
                ReportText.Percent(Worst(group, 1)[0].Accuracy, "0.00"),
            ]));
        var few = judged.Where(g => Figures(g).First().Classes <= MostClasses).ToList();
        string charts = few.Count > 0 ? HtmlPage.Figure(few.Select(ConfusionChart.Draw)) : "";
        return table + charts + string.Concat(judged.Except(few).Select(WorstTable));
    }

    /// <summary>The judged runs of a group.</summary>
    public static IEnumerable<ClassificationFigures> Figures(RunGroup group) =>
        group.Runs.Select(r => r.Result.Classification).OfType<ClassificationFigures>();

    private static string WorstTable(RunGroup group) => HtmlPage.Table(
        [$"Worst classes of {ReportText.Escape(group.Label)}", "Accuracy, %", "Images"],
        Worst(group, WorstShown).Select(c => (string[])
            [c.Name, ReportText.Percent(c.Accuracy, "0.00"), ReportText.Number(c.Images, "0")]));

    // Of equals the first.
    private static List<(string Name, double Accuracy, int Images)> Worst(RunGroup group, int count) =>
        [.. Figures(group).SelectMany(f => f.PerClass.Select(c => (Name: f.NameOf(c.Label), Figure: c)))
            .GroupBy(c => (c.Figure.Label, c.Name))
            .Select(g => (g.Key, Right: g.Sum(c => c.Figure.Right), Images: g.Sum(c => c.Figure.Images)))
            .OrderBy(c => (double)c.Right / c.Images).ThenBy(c => c.Key.Label).Take(count)
            .Select(c => (ReportText.Escape(c.Key.Name), (double)c.Right / c.Images, c.Images))];
}
