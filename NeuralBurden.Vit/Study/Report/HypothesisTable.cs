using System.Text;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Hypotheses;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>T0 to T8 as tables: with all that a verdict rests on, and short for what was looked at elsewhere.</summary>
internal static class HypothesisTable
{
    public static string Full(IReadOnlyList<HypothesisOutcome> outcomes)
    {
        var html = new StringBuilder(
            "<div class=\"wide\"><table class=\"tests\"><thead><tr><th></th><th>Hypothesis and primary statistic</th>"
            + "<th>Verdict</th>"
            + "<th>Figure, corrected interval</th><th>p</th><th>Detectable</th><th>Seeds</th></tr></thead><tbody>\n");
        foreach (var outcome in outcomes)
        {
            html.Append("<tr><td>").Append(outcome.Id).Append("</td><td>").Append(Escape(outcome.Hypothesis.Statement))
                .Append("<br><span class=\"note\">").Append(Escape(outcome.Hypothesis.Statistic)).Append("<br>")
                .Append(Escape(outcome.Finding.Where)).Append("</span>").Append(Beside(outcome)).Append("</td><td>")
                .Append(Tag(outcome.Verdict)).Append("<br>").Append(Badge(outcome)).Append("<br><span class=\"note\">")
                .Append(Escape(Reason(outcome))).Append("</span></td><td class=\"figure\">")
                .Append(Escape(outcome.Judgement.Mean is null ? "\u2013" : outcome.Figure)).Append(Levels(outcome))
                .Append("</td><td>").Append(P(outcome.Judgement.P)).Append("</td><td class=\"figure\">")
                .Append(outcome.Judgement.Mean is null ? "\u2013" : Escape(outcome.Detectable)).Append("</td><td>")
                .Append(outcome.Judgement.Mean?.Count ?? 0).Append("</td></tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    public static string Short(IReadOnlyList<HypothesisOutcome> outcomes) => HtmlTable.Of(
        ["Where", "", "Figure, 95 % interval", "Verdict of the rule", "Detectable", "Seeds"],
        outcomes.OrderBy(o => o.Id, StringComparer.Ordinal).Select(o => (string[])
        [
            o.At.Name, o.Id, o.Figure, VerdictText.Of(o.Verdict), o.Detectable, $"{o.Judgement.Mean!.Value.Count}",
        ]),
        "left");

    public static string Tag(Verdict verdict) =>
        $"<span class=\"verdict {Style(verdict)}\">{VerdictText.Of(verdict)}</span>";

    public static string Style(Verdict verdict) =>
        verdict == Verdict.NotMeasured ? "unmeasured" : VerdictText.Of(verdict);

    public static string Badge(HypothesisOutcome outcome) => outcome.Confirmatory
        ? "<span class=\"badge confirmatory\">confirmatory</span>"
        : "<span class=\"badge\">exploratory</span>";

    public static string P(double p) => !double.IsFinite(p) ? "\u2013"
        : p < 0.0001 ? "&lt; 0.0001"
        : ReportText.Number(p, p < 0.01 ? "0.0000" : "0.000");

    private static string Reason(HypothesisOutcome outcome) =>
        outcome.Finding.Note is { } note ? $"{outcome.Reason} {note}" : outcome.Reason;

    private static string Beside(HypothesisOutcome outcome)
    {
        if (outcome.Finding.Beside.Count == 0) return "";
        var html = new StringBuilder("<details><summary class=\"note\">beside it: ")
            .Append(ReportText.Count(outcome.Finding.Beside.Count, "figure"))
            .Append(", 95 % intervals</summary><ul class=\"beside\">");
        foreach (var figure in outcome.Finding.Beside) html.Append("<li>").Append(Escape(figure.ToString())).Append("</li>");
        return html.Append("</ul></details>").ToString();
    }

    private static string Levels(HypothesisOutcome outcome)
    {
        var judgement = outcome.Judgement;
        if (!outcome.Confirmatory || judgement.Mean is null) return "";
        string low = ReportText.Percent(judgement.LowLevel, "0.##"), high = ReportText.Percent(judgement.HighLevel, "0.##");
        return $"<br><span class=\"note\">Holm: {(low == high ? low : $"{low} below, {high} above")} %</span>";
    }

    private static string Escape(string text) => ReportText.Escape(text);
}
