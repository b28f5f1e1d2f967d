using System.Text;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study;

/// <summary>The tables of a study's report.</summary>
internal static class StudyReportTables
{
    public static string Verdicts(IReadOnlyList<TestOutcome> outcomes)
    {
        var html = new StringBuilder(
            "<div class=\"wide\"><table class=\"verdicts\"><thead><tr><th>Test</th><th>Hypothesis</th><th>Verdict</th>"
            + "<th>Effect, 95 % interval</th><th>Observation and control</th></tr></thead><tbody>\n");
        foreach (var outcome in outcomes)
        {
            html.Append("<tr><td>").Append(outcome.Id).Append("</td><td>").Append(ReportText.Escape(outcome.Hypothesis))
                .Append("</td><td>").Append(Tag(outcome.Verdict)).Append("<br><span class=\"note\">")
                .Append(ReportText.Escape(outcome.Reason)).Append("</span></td><td>");
            foreach (var effect in outcome.Effects)
            {
                html.Append("<div><span class=\"note\">").Append(ReportText.Escape(effect.Name)).Append("</span><br>")
                    .Append(ReportText.Escape(effect.ToString())).Append("</div>");
            }

            html.Append("</td><td><span class=\"note\">").Append(ReportText.Escape(outcome.Observation))
                .Append("<br><b>Control:</b> ")
                .Append(ReportText.Escape(outcome.Control)).Append("</span></td></tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    public static string Claims(IReadOnlyList<(string Claim, Verdict Verdict, string Reason)> claims)
    {
        var html = new StringBuilder("<div class=\"wide\"><table class=\"verdicts\"><tbody>\n");
        foreach (var (claim, verdict, reason) in claims)
        {
            html.Append("<tr><td class=\"claim\">").Append(ReportText.Escape(claim)).Append("</td><td>")
                .Append(Tag(verdict)).Append("</td><td>").Append(ReportText.Escape(reason)).Append("</td></tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    /// <summary>Every cell: accuracy and the main measures, means and spreads over seeds.</summary>
    public static string Cells(StudyIndex study) => Table(
        [
            "Run", "Seeds", "Accuracy, %", "Zeros, %", "Parameters kept", "U median", "K p95", "\u03b5", "c", "B", "\u03b5_opt",
            "Return rate, %",
        ],
        study.Data.Runs.GroupBy(r => r.Cell).Select(cell => (string[])
        [
            Name(cell.First()),
            $"{cell.Count()}",
            ReportText.MeanSpread(Of(cell, r => r.Accuracy), "0.00", 100),
            ReportText.MeanSpread(Of(cell, r => r.ActualSparsity) is { } s ? s with { Spread = 0, Count = 1 } : null, "0.0", 100),
            ReportText.Number(cell.First().ParamsKept, "#,0"),
            ReportText.MeanSpread(Of(cell, r => study.TwinRatio(r, StudyMeasures.SynapseLoad + StudyMeasures.Median)), "0.00"),
            ReportText.MeanSpread(Of(cell, r => study.TwinRatio(r, StudyMeasures.Contribution + StudyMeasures.P95)), "0.00"),
            ReportText.MeanSpread(Of(cell, r => study.Mean(r, StudyMeasures.SignalError)), "0.000"),
            ReportText.MeanSpread(Of(cell, r => study.Mean(r, StudyMeasures.RateCostRatio)), "0.00"),
            ReportText.MeanSpread(Of(cell, r => study.Mean(r, StudyMeasures.Burden)), "0.000"),
            ReportText.MeanSpread(Of(cell, r => study.Mean(r, StudyMeasures.BestError)), "0.000"),
            ReportText.MeanSpread(Of(cell, r => r.ReturnRate), "0.00", 100),
        ]));

    /// <summary>What merging gives back of the accuracy lost.</summary>
    public static string Reliefs(StudyIndex study)
    {
        var all = Relief.Of(study);
        return all.Count == 0 ? "" : Table(
            ["Run", "Lost to pruning, points", "Standard error", "Gained by merging, points", "Relief"],
            all.Select(r => (string[])
            [
                $"{r.Method} at {ReportText.Number(r.Sparsity * 100, "0.#")} %, {r.Merge} {r.R}",
                ReportText.Number(r.Loss * 100, "0.00"),
                ReportText.Number(r.Error * 100, "0.00"),
                ReportText.Number(r.Gain * 100, "+0.00;-0.00;0.00"),
                r.Value is { } value ? ReportText.Number(value * 100, "0") + " %" : "undefined: no loss to relieve",
            ]));
    }

    /// <summary>Controls of merging beside it at the same amount.</summary>
    public static string Controls(StudyIndex study)
    {
        var rows = new List<string[]>();
        var controls = study.Of(StudyRole.MergeControl).ToList();
        var places = controls.Select(c => (c.Method, c.Sparsity, c.R)).ToHashSet();
        foreach (var cell in study.Of(StudyRole.Merged).Where(r => places.Contains((r.Method, r.Sparsity, r.R))).Concat(controls)
            .GroupBy(r => r.Cell).OrderBy(g => g.Key.Method).ThenBy(g => g.Key.Sparsity).ThenBy(g => g.Key.Role))
        {
            rows.Add([
                Name(cell.First()),
                ReportText.MeanSpread(Of(cell, r => r.Accuracy), "0.00", 100),
                Signed(Of(cell, r => r.Accuracy - study.Unmerged(r)?.Accuracy)),
                ReportText.MeanSpread(Of(cell, r => Ratio(study, r, StudyMeasures.SignalError)), "0.00"),
                ReportText.MeanSpread(Of(cell, r => Ratio(study, r, StudyMeasures.Contribution + StudyMeasures.P95)), "0.00"),
                ReportText.MeanSpread(Of(cell, r => Ratio(study, r, StudyMeasures.ImageLoad + StudyMeasures.Mean)), "0.00"),
            ]);
        }

        return rows.Count == 0 ? "" : Table(
            [
                "Run", "Accuracy, %", "Gain, points", "\u03b5, over unmerged", "K p95, over unmerged",
                "Load per image, over unmerged",
            ],
            rows);
    }

    private static double? Ratio(StudyIndex study, StudyRun run, string measure) =>
        study.LogRatio(run, study.Unmerged(run), measure, (own, whole) => own.Tokens < whole.Tokens) is { } log
            ? Math.Exp(log)
            : null;

    private static Statistic? Of(IEnumerable<StudyRun> runs, Func<StudyRun, double?> figure) => Statistic.Of(runs.Select(figure));

    // In points; the spread has no sign.
    private static string Signed(Statistic? gain) => gain is not { } g
        ? "\u2013"
        : ReportText.Number(g.Mean * 100, "+0.00;-0.00;0.00")
            + (g.Count > 1 ? $" \u00b1 {ReportText.Number(g.Spread * 100, "0.00")}" : "");

    private static string Name(StudyRun run)
    {
        string head = run.Role switch
        {
            StudyRole.SmallDense => $"small dense, d {run.Dim}, hidden {run.MlpDim}, for",
            StudyRole.GammaZero => $"{run.Method}, \u03b3 = 0,",
            _ => run.Method,
        };
        string at = run.Sparsity > 0 ? $"{head} {ReportText.Number(run.Sparsity * 100, "0.#")} %" : head;
        return run.Merges ? $"{at}, {run.Merge} {run.R}" : at;
    }

    private static string Table(IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        var html = new StringBuilder("<div class=\"wide\"><table><thead><tr>");
        foreach (string column in columns) html.Append("<th>").Append(ReportText.Escape(column)).Append("</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (string[] row in rows)
        {
            html.Append("<tr>");
            foreach (string cell in row) html.Append("<td>").Append(ReportText.Escape(cell)).Append("</td>");
            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    private static string Tag(Verdict verdict)
    {
        string text = TestOutcome.TextOf(verdict);
        return $"<span class=\"verdict {(verdict == Verdict.NotMeasured ? "unmeasured" : text)}\">{text}</span>";
    }
}
