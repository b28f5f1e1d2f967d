using System.Text;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Reports;

/// <summary>
/// The report of a set of finished runs: one HTML page with everything in it (style, SVG), for light, dark
/// and paper.
/// </summary>
public static class HtmlReport
{
    public const string FileName = "report.html";

    /// <param name="title">Heading of the page.</param>
    /// <param name="runs">Finished runs, at least one; repeats (equal but for the seed) are joined.</param>
    public static string Create(string title, IReadOnlyList<StoredRun> runs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count, nameof(runs));
        var groups = RunGroup.Of(runs);
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
            .Append(ReportText.Escape(title)).Append("</title>\n<style>\n")
            .Append(ReportStyle.Css).Append("\n</style>\n</head>\n<body>\n<main>\n<h1>")
            .Append(ReportText.Escape(title)).Append("</h1>\n<p class=\"lead\">")
            .Append(ReportText.Escape(ReportSummary.Write(groups))).Append("</p>\n");

        Section(
            html, "Results", "Mean and sample standard deviation over seeds.", ReportTables.Results(groups));
        foreach (var set in groups.GroupBy(g => g.Config.Data.Name))
        {
            string heading = groups.All(g => g.Config.Data.Name == set.Key) ? "" : $" on {set.Key}";
            Section(
                html,
                "Accuracy against sparsity" + heading,
                "Large marks are means, small ones seeds.",
                Figure(SparsityChart.Draw([.. set])));
        }

        var focus = RunGroup.Focus(groups);
        string some = focus.Count < groups.Count ? " One variant of each method; the table has all." : "";
        Section(
            html,
            "Three burdens",
            "Relative to the dense model (dashed). Only the last one is time that anybody waits for." + some,
            Figure(CostChart.Draw(focus)));
        Section(html, "Classes", ClassSection.Note + some, ClassSection.Draw(focus));
        Section(html, "Neural burden by layer", BurdenSection.Note + some, BurdenSection.Draw(focus));
        if (MatrixChart.Draw(focus) is { } matrices)
        {
            string legend = ReportTables.Legend(focus.Where(g => !g.IsDense));
            Section(html, "Sparsity by layer", "At the end of training." + some, legend + Figure(matrices));
        }

        Section(html, "Merged tokens", MergeSection.Note, MergeSection.Draw(focus));
        Section(html, "Training", "Means over seeds; bands span the seeds." + some, Training(focus));
        Section(html, "Configuration", "What differs, then each variant in full.", Configs(groups));
        html.Append(Footer(runs)).Append("</main>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void Section(StringBuilder html, string heading, string note, string content)
    {
        if (content == "")
            return;
        html.Append("<section>\n<h2>").Append(ReportText.Escape(heading)).Append("</h2>\n<p class=\"note\">")
            .Append(ReportText.Escape(note)).Append("</p>\n").Append(content).Append("</section>\n");
    }

    internal static string Figure(params IEnumerable<string> charts) =>
        $"<figure class=\"multiples\">{string.Concat(charts)}</figure>\n";

    private static string Training(IReadOnlyList<RunGroup> groups)
    {
        (string Title, double Scale, Func<EpochRecord, double?> Figure)[] panels =
        [
            ("Test accuracy, %", 100, e => e.TestAccuracy),
            ("Training loss, nats", 1, e => e.TrainLoss),
            ("Sparsity, %", 100, e => e.Sparsity),
            ("Mask entries flipped, % of those kept", 100, e => e.FlipRate),
        ];
        var charts = panels
            .Select(p => new CurveChart
            {
                Title = p.Title,
                Scale = p.Scale,
                Width = 530,
                Height = 240,
                Series = [.. groups.Select(g => new CurveSeries(g, g.Label, g.OverEpochs(p.Figure)))],
            })
            .Where(c => c.Series.Any(s => s.Points.Count > 0))
            .Select(c => c.Draw())
            .ToList();
        return charts.Count == 0 ? "" : Figure(charts);
    }

    private static string Configs(IReadOnlyList<RunGroup> groups)
    {
        var html = new StringBuilder(ReportTables.Differences(groups));
        foreach (var group in groups)
        {
            html.Append("<details><summary>").Append(ReportText.Escape(ConfigText.RunId(group.Config)))
                .Append("</summary><pre>").Append(ReportText.Escape(ConfigText.ToYaml(group.Config)))
                .Append("</pre></details>\n");
        }

        return html.ToString();
    }

    private static string Footer(IReadOnlyList<StoredRun> runs)
    {
        var places = runs.Select(r => r.Environment).OfType<EnvironmentRecord>()
            .Select(e =>
                $"{e.Device} ({string.Join(", ", e.InstructionSets)}; "
                + $"{ReportText.Count(e.Threads, "thread")}), "
                + $"{e.Os} {e.Architecture}, .NET {e.Dotnet}, NeuralBurden {e.Version}"
                + (e.Commit is null ? "" : $" at {e.Commit[..Math.Min(10, e.Commit.Length)]}"))
            .Distinct();
        string text = string.Join("; ", places);
        return text == "" ? "" : $"<footer class=\"note\">{ReportText.Escape("Made on " + text)}.</footer>\n";
    }
}
