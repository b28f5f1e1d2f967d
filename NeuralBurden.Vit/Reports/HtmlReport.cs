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
        var html = new StringBuilder($"<p class=\"lead\">{ReportText.Escape(ReportSummary.Write(groups))}</p>\n");

        Section("Results", "Mean and sample standard deviation over seeds.", ReportTables.Results(groups));
        foreach (var set in groups.GroupBy(g => g.Config.Data.Name))
        {
            string heading = groups.All(g => g.Config.Data.Name == set.Key) ? "" : $" on {set.Key}";
            Section(
                "Accuracy against sparsity" + heading, "Large marks are means, small ones seeds.",
                HtmlPage.Figure([SparsityChart.Draw([.. set])]));
        }

        var focus = RunGroup.Focus(groups);
        string some = focus.Count < groups.Count ? " One variant of each method; the table has all." : "";
        Section(
            "Three burdens",
            "Relative to the dense model (dashed). Only the last one is time that anybody waits for." + some,
            HtmlPage.Figure([CostChart.Draw(focus)]));
        Section("Classes", ClassSection.Note + some, ClassSection.Draw(focus));
        Section("Neural burden by layer", BurdenSection.Note + some, BurdenSection.Draw(focus));
        if (MatrixChart.Draw(focus) is { } matrices)
        {
            string legend = ReportTables.Legend(focus.Where(g => !g.IsDense));
            Section("Sparsity by layer", "At the end of training." + some, legend + HtmlPage.Figure([matrices]));
        }

        Section("Merged tokens", MergeSection.Note, MergeSection.Draw(focus));
        Section("Training", "Means over seeds; bands span the seeds." + some, Training(focus));
        Section("Configuration", "What differs, then each variant in full.", Configs(groups));
        return HtmlPage.Create(title, "", html.ToString(), Made(runs));

        void Section(string heading, string note, string content) => html.Append(HtmlPage.Section(heading, note, content));
    }

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
        return charts.Count == 0 ? "" : HtmlPage.Figure(charts);
    }

    private static string Configs(IReadOnlyList<RunGroup> groups)
    {
        var html = new StringBuilder(ReportTables.Differences(groups));
        foreach (var group in groups)
        {
            html.Append($"<details><summary>{ReportText.Escape(ConfigText.RunId(group.Config))}</summary>")
                .Append($"<pre>{ReportText.Escape(ConfigText.ToYaml(group.Config))}</pre></details>\n");
        }

        return html.ToString();
    }

    private static string Made(IReadOnlyList<StoredRun> runs)
    {
        string[] places = [.. runs.Select(r => r.Environment).OfType<EnvironmentRecord>()
            .Select(e => $"{e.Device} ({string.Join(", ", e.InstructionSets)}; {ReportText.Count(e.Threads, "thread")}), "
                + $"{e.Os} {e.Architecture}, .NET {e.Dotnet}, NeuralBurden {e.Version}"
                + (e.Commit is null ? "" : $" at {e.Commit[..Math.Min(10, e.Commit.Length)]}"))
            .Distinct()];
        return places.Length == 0 ? "" : $"Made on {string.Join("; ", places)}.";
    }
}
