using System.Text;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Hypotheses;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>
/// The report of a study: one HTML page with everything in it, answers first, made from <c>study.json</c> and its pictures
/// alone. The same data give the same bytes.
/// </summary>
public static class StudyReport
{
    // Merged tokens of these many variants; more say the same again.
    private const int MostPictures = 6;

    private const string PictureNote =
        "Test images of one seed: the image; the patches of each merged token in one colour and joined by lines, crosses where a "
        + "patch was dropped; and what each token averages. Only kinds that merge by similarity should join similar patches.";

    /// <param name="picture">PNG of a name in the data; null where it is gone.</param>
    public static string Create(StudyData data, Func<string, byte[]?> picture)
    {
        var html = new StringBuilder();
        var arms = new StudyArms(data.Runs, data.TestImages);
        if (StudySelection.Main(data, arms) is { } main) Body(html, data, arms, main, picture);
        else html.Append("<p class=\"lead\">No pruned run is finished yet.</p>\n");
        Section(html, "Settings", "The whole config of the study; reading it gives the same runs.",
            $"<details><summary>show</summary><pre>{ReportText.Escape(data.Config)}</pre></details>\n");
        return HtmlPage.Create(
            $"Study {data.Name}: neural burden under pruning", StudyStyle.Css, html.ToString(), Foot(data));
    }

    private static void Body(
        StringBuilder html, StudyData data, StudyArms arms, StudySelection main, Func<string, byte[]?> picture)
    {
        var outcomes = StudyHypotheses.Of(data);
        var elsewhere = StudyHypotheses.Elsewhere(data);
        var figures = new StudyFigures(arms, main);
        html.Append($"<p class=\"lead\">{ReportText.Escape(Lead(data, main))}</p>\n")
            .Append(new StudyAnswers(arms, main, outcomes, elsewhere).Write());
        Section(html, "The primary statistics", Legend(data),
            Charts(outcomes));
        Section(html, "Over training length",
            $"At {ReportText.Percent(main.Sparsity, "0.##")} %. Bands span the seeds. K^ above 1: the most loaded units carry "
            + "more than in the dense twin of the same length. Dashed: what would be there without training under the mask, "
            + "without pruning, or without choosing weights.",
            figures.Lengths());
        Section(html, "Over sparsity",
            $"After {ReportText.Count(main.Epochs, "epoch")}; the dense network stands at 0.", figures.Sparsities());
        Section(html, "Layer and amount of the merge", "Means over seeds, against the same network without a merge.",
            figures.Merges());
        Section(html, "By block", "Means over seeds.", figures.Blocks());
        Section(html, "After a cut at once (T2)", "The load over that of the twin at the same step.", figures.Courses());
        Section(html, "Whole units pruned (T3)", "Accuracy, and what no rates of the units alive can repair.",
            figures.Boundary());
        Section(html, "T0 to T8",
            $"{main.Name}; {main.Choice}. Confirmatory verdicts use the planned runs alone, corrected by Holm over all "
            + "planned endpoints; exploratory ones use all runs and no correction.",
            HypothesisTable.Full(outcomes));
        Section(html, "The same rule elsewhere",
            "Other methods, sparsities and lengths: exploratory, uncorrected, each by itself.",
            HypothesisTable.Short(elsewhere));
        Section(html, "Merged tokens", PictureNote, Pictures(data, picture));
        Section(html, "What this cannot say", "", List(StudyLimits.Of(data, main, outcomes)));
        Section(html, "All arms", "Means and standard deviations over seeds, at the end of training.",
            $"<details><summary>show</summary>{ArmTable.Html(arms)}</details>\n");
        Section(html, "Rules", "", List(StudyHypotheses.Rules));
    }

    private static string Lead(StudyData data, StudySelection main) =>
        "When a Vision Transformer is pruned while it trains, do the neurons that stay become overloaded (neural burden), and "
        + $"does merging similar tokens relieve them? A network of {ReportText.Count(data.Depth, "block")} on {data.Dataset} "
        + $"({ReportText.Number(data.TrainImages, "#,0")} training images), {main.Name}, beside dense twins of the same "
        + "seeds and beside what selection, size and chance alone would do.";

    private static string Legend(StudyData data) =>
        "Corrected intervals; small dots are seeds. "
        + (data is { Plan: { } plan, PlanBroken: null }
            ? $"Confirmatory: {string.Join(", ", plan.Endpoints.Select(e => e.Id))}, planned beforehand (sha256 {plan.Hash})."
            : "No plan holds: everything is exploratory.");

    private static string Charts(IReadOnlyList<HypothesisOutcome> outcomes) => string.Concat(outcomes
        .GroupBy(o => o.Hypothesis.Unit)
        .Select(group => new IntervalChart
        {
            Title = group.Key switch
            {
                FigureUnit.Points => "Accuracy",
                FigureUnit.Factor => "Load",
                FigureUnit.Correlation => "Correlation",
                _ => "Knees",
            },
            Outcomes = [.. group],
            Name = o => $"{o.Id} {(o.Confirmatory ? "confirmatory" : "exploratory")}",
        }.Draw())
        .Where(svg => svg != "")
        .Select(svg => $"<figure>{svg}</figure>\n"));

    private static string Pictures(StudyData data, Func<string, byte[]?> picture)
    {
        // The sparsest of each kind whose picture is still there: there the difference is plain.
        var sparsest = data.Runs.Where(r => r.Picture is not null)
            .GroupBy(r => (r.Method, r.Merge))
            .Select(g => g.OrderByDescending(r => r.Sparsity)
                .Select(r => (Run: r, Png: picture(r.Picture!))).FirstOrDefault(p => p.Png is not null))
            .Where(p => p.Png is not null);
        return string.Concat(sparsest.Take(MostPictures)
            .Select(p => HtmlPage.Picture(StudyArm.Of(p.Run).Name, p.Run.PictureText ?? "", p.Png!)));
    }

    private static string Foot(StudyData data)
    {
        string plan = data.Plan is null ? "No plan." : $"Plan sha256 {data.Plan.Hash}.";
        var prints = data.Runs.Select(r => r.Fingerprint).OfType<string>().Distinct().Order(StringComparer.Ordinal);
        var commits = data.Runs.Select(r => r.Commit).OfType<string>().Distinct().Order(StringComparer.Ordinal);
        return $"{data.Runs.Count} of {data.Planned} runs. Made on {string.Join("; ", data.MadeOn)}. {plan} "
            + $"Data: {string.Join("; ", prints.DefaultIfEmpty("no fingerprint"))}. "
            + $"Commits: {string.Join(", ", commits.DefaultIfEmpty("unknown"))}.";
    }

    private static string List(IEnumerable<string> items) =>
        $"<ul>\n{string.Concat(items.Select(i => $"<li>{ReportText.Escape(i)}</li>\n"))}</ul>\n";

    private static void Section(StringBuilder html, string heading, string note, string content) =>
        html.Append(HtmlPage.Section(heading, note, content));
}
