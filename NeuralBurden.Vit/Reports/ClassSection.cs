using System.Text;
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
        var html = new StringBuilder("<div class=\"wide\"><table><thead><tr>");
        foreach (string head in (string[])["Variant", "Top-5, %", "Calibration error, %", "Worst class", "Its accuracy, %"])
            html.Append("<th scope=\"col\">").Append(head).Append("</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (var group in judged)
        {
            var worst = Worst(group, 1)[0];
            html.Append($"<tr><th scope=\"row\"><i class=\"key {SvgFigure.Class(group)}\"></i>")
                .Append(ReportText.Escape(group.Label)).Append("</th>");
            Cell(html, ReportText.MeanSpread(group.Of(r => r.Classification?.Top5Accuracy), "0.00", 100));
            Cell(html, ReportText.MeanSpread(group.Of(r => r.Classification?.CalibrationError), "0.00", 100));
            Cell(html, worst.Name);
            Cell(html, ReportText.Percent(worst.Accuracy, "0.00"));
            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
        var few = judged.Where(g => Figures(g).First().Classes <= MostClasses).ToList();
        if (few.Count > 0) html.Append(HtmlReport.Figure(few.Select(ConfusionChart.Draw)));
        foreach (var group in judged.Except(few)) WorstTable(html, group);
        return html.ToString();
    }

    /// <summary>The judged runs of a group.</summary>
    public static IEnumerable<ClassificationFigures> Figures(RunGroup group) =>
        group.Runs.Select(r => r.Result.Classification).OfType<ClassificationFigures>();

    private static void WorstTable(StringBuilder html, RunGroup group)
    {
        html.Append("<div class=\"wide\"><table><thead><tr><th scope=\"col\">Worst classes of ")
            .Append(ReportText.Escape(group.Label))
            .Append("</th><th scope=\"col\">Accuracy, %</th><th scope=\"col\">Images</th></tr></thead><tbody>\n");
        foreach (var (name, accuracy, images) in Worst(group, WorstShown))
        {
            html.Append("<tr><th scope=\"row\">").Append(name).Append("</th>");
            Cell(html, ReportText.Percent(accuracy, "0.00"));
            Cell(html, ReportText.Number(images, "0"));
            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    // Of equals the first.
    private static List<(string Name, double Accuracy, int Images)> Worst(RunGroup group, int count) =>
        [.. Figures(group).SelectMany(f => f.PerClass.Select(c => (Name: f.NameOf(c.Label), Figure: c)))
            .GroupBy(c => (c.Figure.Label, c.Name))
            .Select(g => (g.Key, Right: g.Sum(c => c.Figure.Right), Images: g.Sum(c => c.Figure.Images)))
            .OrderBy(c => (double)c.Right / c.Images).ThenBy(c => c.Key.Label).Take(count)
            .Select(c => (ReportText.Escape(c.Key.Name), (double)c.Right / c.Images, c.Images))];

    private static void Cell(StringBuilder html, string content) => html.Append("<td>").Append(content).Append("</td>");
}
