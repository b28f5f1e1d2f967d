using System.Text;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study;

/// <summary>The top of the report, for a reader who did not run the study: question, answer, limits.</summary>
internal static class StudySummary
{
    public static string Write(StudyData data, IReadOnlyList<TestOutcome> outcomes)
    {
        var study = new StudyIndex(data);
        var html = new StringBuilder("<div class=\"lead\">\n");
        Paragraph(html, "What was asked", Question(study));
        Paragraph(html, "What was found", Answer(study, outcomes));
        html.Append("<ul>\n");
        foreach (var outcome in outcomes.Where(o => o.Verdict is Verdict.Supported or Verdict.Refuted))
        {
            html.Append("<li><b>").Append(outcome.Id).Append(' ').Append(outcome.VerdictText).Append("</b>: ")
                .Append(ReportText.Escape($"{outcome.Reason} {outcome.Effects[0].Name}: {outcome.Effects[0]}."))
                .Append("</li>\n");
        }

        html.Append("</ul>\n");
        html.Append("<p><b>What cannot be concluded.</b></p>\n<ul>\n");
        foreach (string limit in Limits(study, outcomes)) html.Append("<li>").Append(ReportText.Escape(limit)).Append("</li>\n");
        return html.Append("</ul>\n</div>\n").ToString();
    }

    private static void Paragraph(StringBuilder html, string heading, string text) =>
        html.Append("<p><b>").Append(heading).Append(".</b> ").Append(ReportText.Escape(text)).Append("</p>\n");

    private static string Question(StudyIndex study) =>
        "When a Vision Transformer is pruned while it trains, do the neurons that stay become overloaded (neural burden), "
        + "and does merging similar tokens relieve them? "
        + $"{string.Join(", ", study.Methods)} pruned a small network on {study.Data.Dataset} "
        + $"({ReportText.Number(study.Data.TrainImages, "#,0")} training images, {ReportText.Count(study.Data.Epochs, "epoch")}, "
        + $"{study.Data.Depth} blocks) to {Percent(study.Sparsities)} zeros, {ReportText.Count(study.Seeds.Count, "seed")} each, "
        + "with and without merging, beside controls that would show the same if pruning or merging had nothing to do with it.";

    private static string Answer(StudyIndex study, IReadOnlyList<TestOutcome> outcomes)
    {
        int Count(Verdict verdict) => outcomes.Count(o => o.Verdict == verdict);
        string accuracy = Statistic.Of(study.Of(StudyRole.Dense).Select(r => (double?)r.Accuracy)) is { } dense
            ? $" The dense network reaches {ReportText.MeanSpread(dense, "0.0", 100)} %; "
                + string.Join(", ", study.Methods.Select(m => $"{m} {Accuracy(study, m)}"))
                + $" at {Percent([study.Sparsities[^1]])}."
            : "";
        return $"Of eight hypotheses {Count(Verdict.Supported)} are supported, {Count(Verdict.Refuted)} refuted, "
            + $"{Count(Verdict.Undecided)} undecided and {Count(Verdict.NotMeasured)} not measured.{accuracy}";
    }

    private static string Accuracy(StudyIndex study, string method) => ReportText.MeanSpread(
        Statistic.Of(study.Of(StudyRole.Pruned)
            .Where(r => r.Method == method && r.Sparsity == study.Sparsities[^1]).Select(r => (double?)r.Accuracy)),
        "0.0",
        100) + " %";

    private static IEnumerable<string> Limits(StudyIndex study, IReadOnlyList<TestOutcome> outcomes)
    {
        var data = study.Data;
        yield return $"One small architecture, one data set ({data.Dataset}) and one recipe: nothing here speaks of other "
            + "sizes, and sparse training is sensitive to length.";
        foreach (var outcome in outcomes.Where(o => o.Verdict is Verdict.Undecided or Verdict.NotMeasured))
            yield return $"{outcome.Id} is {outcome.VerdictText}: {outcome.Reason}";
        if (data.Runs.Count < data.Planned)
            yield return $"{data.Planned - data.Runs.Count} of {data.Planned} runs are missing; tests use what is there.";
        foreach (string failure in data.Failures) yield return $"A run failed: {failure}";
        yield return $"Intervals come from {ReportText.Count(study.Seeds.Count, "seed")} and say how far repeats of this very "
            + "study would differ, not how far other studies would.";
        yield return "The paper's own tables, width and cost function are not public: this tests its claims, not its numbers.";
    }

    private static string Percent(IEnumerable<double> sparsities) =>
        string.Join(", ", sparsities.Select(s => ReportText.Number(s * 100, "0.#"))) + " %";
}
