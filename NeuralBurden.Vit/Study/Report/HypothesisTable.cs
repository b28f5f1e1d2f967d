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
            bool measured = outcome.Judgement.Mean is not null;
            html.Append($"<tr><td>{outcome.Id}</td><td>{Escape(outcome.Hypothesis.Statement)}<br><span class=\"note\">")
                .Append($"{Escape(outcome.Hypothesis.Statistic)}<br>{Escape(outcome.Finding.Where)}</span>{Beside(outcome)}</td>")
                .Append($"<td>{Tag(outcome.Verdict)}<br>{Badge(outcome)}<br>")
                .Append($"<span class=\"note\">{Escape(Reason(outcome))}</span></td>")
                .Append($"<td class=\"figure\">{(measured ? Escape(outcome.Figure) : "\u2013")}{Levels(outcome)}</td>")
                .Append($"<td>{P(outcome.Judgement.P)}</td>")
                .Append($"<td class=\"figure\">{(measured ? Escape(outcome.Detectable) : "\u2013")}</td>")
                .Append($"<td>{outcome.Judgement.Mean?.Count ?? 0}</td></tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    public static string Short(IReadOnlyList<HypothesisOutcome> outcomes) => HtmlPage.Table(
        ["Where", "", "Figure, 95 % interval", "Verdict of the rule", "Detectable", "Seeds"],
        outcomes.OrderBy(o => o.Id, StringComparer.Ordinal).Select(o => (string[])
        [
            Escape(o.At.Name), o.Id, Escape(o.Figure), VerdictText.Of(o.Verdict), Escape(o.Detectable),
            $"{o.Judgement.Mean!.Value.Count}",
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
        var figures = outcome.Finding.Beside.Select(figure => $"<li>{Escape(figure.ToString())}</li>");
        return $"<details><summary class=\"note\">beside it: {ReportText.Count(outcome.Finding.Beside.Count, "figure")}, "
            + $"95 % intervals</summary><ul class=\"beside\">{string.Concat(figures)}</ul></details>";
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
