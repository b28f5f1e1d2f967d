using System.Text;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// The report of a study: one HTML page with everything in it, made from <c>study.json</c> and its pictures alone. The
/// same data give the same bytes.
/// </summary>
public static class StudyReport
{
    // Merged tokens of these many variants; more say the same again.
    private const int MostPictures = 8;

    /// <param name="picture">PNG of a name in the data; null where it is gone.</param>
    public static string Create(StudyData data, IReadOnlyList<TestOutcome> outcomes, Func<string, byte[]?> picture)
    {
        var study = new StudyIndex(data);
        string title = $"Study {data.Name}: neural burden under pruning";
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
            .Append(ReportText.Escape(title)).Append("</title>\n<style>\n")
            .Append(ReportStyle.Css).Append("\n</style>\n</head>\n<body>\n<main>\n<h1>")
            .Append(ReportText.Escape(title)).Append("</h1>\n");
        if (study.Sparsities.Count == 0)
        {
            html.Append("<p class=\"lead\">No pruned run is finished yet.</p>\n");
        }
        else
        {
            html.Append(StudySummary.Write(data, outcomes));
            Sections(html, study, outcomes, picture);
        }

        Section(html, "Settings", "The whole config of the study; reading it gives the same runs.",
            $"<pre>{ReportText.Escape(data.Config)}</pre>\n");
        html.Append("<footer class=\"note\">").Append(ReportText.Escape(
            $"{data.Runs.Count} of {data.Planned} runs. Made on {string.Join("; ", data.MadeOn)}."));
        return html.Append("</footer>\n</main>\n</body>\n</html>\n").ToString();
    }

    private static void Sections(
        StringBuilder html, StudyIndex study, IReadOnlyList<TestOutcome> outcomes, Func<string, byte[]?> picture)
    {
        Section(html, "Verdicts",
            "Intervals: bootstrap over seeds within each cell of the grid, widened for few seeds. An effect is found when its "
            + "interval lies above 0 (a ratio's above 1), excluded when it lies below what would matter: 0.5 points of accuracy, "
            + "5 % of a load.",
            StudyReportTables.Verdicts(outcomes));
        Section(html, "The paper's claims", "What would count as a reproduction of arXiv 2407.16716.",
            StudyReportTables.Claims(StudyClaims.Of(study.Data, outcomes)));
        Section(html, "Accuracy against sparsity", "Without merging. Bands span the seeds; every curve of a method starts at the "
            + "dense network.", StudyFigures.Accuracy(study));
        Section(html, "Burden against sparsity",
            "Means over layers at the end of training. Units of different networks are not aligned, so U and K compare quantiles "
            + "over units with those of the dense run of the same seed; \u03b5, c, B and \u03b5_opt are against the run's own "
            + "reference and exist only where it has one. The dotted curve is 1/(1\u2212s): every survivor taking an "
            + "equal share.",
            StudyFigures.Burden(study));
        Section(html, "Burden by layer", "Mean over seeds.", StudyFigures.Heat(study));
        Section(html, "How the load is spread over units",
            "Rate of a unit over the mean of its layer. Box: median to p95, light box: to p99, whisker: the most loaded unit.",
            StudyFigures.Loads(study));
        Section(html, "Silenced units",
            "Accuracy without random units less that without as many of the most burdened ones, 5 % of each block.",
            StudyFigures.Silencing(study));
        Section(html, "What merging gains", "Test accuracy with merging less that without, same seed, percentage points.",
            StudyFigures.Merging(study));
        Section(html, "Merging and its controls",
            "Equal numbers of tokens removed; ratios over the blocks that see fewer tokens.",
            StudyReportTables.Controls(study));
        Section(html, "Relief", "The share of the lost accuracy that merging gives back; undefined where the loss is below two "
            + "standard errors.", StudyReportTables.Reliefs(study));
        Section(html, "Merged tokens", MergeSection.Note, Pictures(study, picture));
        Section(html, "All cells", "Mean \u00b1 standard deviation over seeds.", StudyReportTables.Cells(study));
    }

    private static string Pictures(StudyIndex study, Func<string, byte[]?> picture)
    {
        var html = new StringBuilder();
        int count = 0;
        // The most merged first of each kind: there the difference is plain.
        foreach (var run in study.Data.Runs.Where(r => r.Picture is not null)
            .GroupBy(r => (r.Method, r.Merge)).Select(g => g.MaxBy(r => r.Sparsity)!))
        {
            if (count >= MostPictures || picture(run.Picture!) is not { } png) continue;
            count++;
            string name = $"{run.Method} at {ReportText.Number(run.Sparsity * 100, "0.#")} %, {run.Merge} {run.R}";
            html.Append("<figure class=\"merges\"><figcaption><b>").Append(ReportText.Escape(name))
                .Append("</b> <span class=\"note\">").Append(ReportText.Escape(run.PictureText ?? ""))
                .Append("</span></figcaption><img alt=\"Merged tokens of ").Append(ReportText.Escape(name))
                .Append("\" src=\"data:image/png;base64,").Append(Convert.ToBase64String(png)).Append("\"></figure>\n");
        }

        return html.ToString();
    }

    private static void Section(StringBuilder html, string heading, string note, string content)
    {
        if (content == "") return;
        html.Append("<section>\n<h2>").Append(ReportText.Escape(heading)).Append("</h2>\n<p class=\"note\">")
            .Append(ReportText.Escape(note)).Append("</p>\n").Append(content).Append("</section>\n");
    }
}
