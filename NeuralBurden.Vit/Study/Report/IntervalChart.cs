using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Hypotheses;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>
/// Primary statistics of one unit with their corrected intervals, below each other: the line of no effect, the zone of
/// effects too small to matter, and each seed's value.
/// </summary>
internal sealed record IntervalChart
{
    private const double Top = 30;
    private const double RowHeight = 30;
    private const double Label = 150;
    private const double Value = 236;

    public required string Title { get; init; }

    public required IReadOnlyList<HypothesisOutcome> Outcomes { get; init; }

    /// <summary>Names of the rows.</summary>
    public required Func<HypothesisOutcome, string> Name { get; init; }

    public double Width { get; init; } = 840;

    /// <summary>Nothing where none was measured.</summary>
    public string Draw()
    {
        var rows = Outcomes.Where(o => o.Judgement.Mean is not null).ToList();
        if (rows.Count == 0) return "";
        var unit = rows[0].Hypothesis.Unit;
        double bottom = Top + (rows.Count * RowHeight), right = Width - Value, least = rows[0].Hypothesis.Claim.Least;
        var figure = new SvgFigure(Width, bottom + 34, Title);
        // In the scale that is told: points, or the logarithm whose ticks are told as ratios.
        double scale = unit is FigureUnit.Points or FigureUnit.Sparsity ? 100 : 1;
        // An interval of few seeds may be absurdly wide; it is cut where it would flatten all others.
        double reach = rows.SelectMany(o => o.Finding.Values).Select(v => Math.Abs(v.Value)).Append(2 * least).Max() * 1.6;
        var ends = rows.SelectMany(o => new[] { o.Judgement.Interval.Low, o.Judgement.Interval.High })
            .Where(double.IsFinite).Select(v => Math.Clamp(v, -reach, reach));
        var all = ends.Concat(rows.SelectMany(o => o.Finding.Values.Select(v => v.Value))).Concat([0, least, -least]);
        var x = AxisScale.Linear(all.Select(v => v * scale), Label, right, 5);
        figure.Text(0, 13, Title, "title");
        double low = rows[0].Hypothesis.Claim.Coincides ? -least : 0;
        figure.Rectangle(x[low * scale], Top - 4, x[least * scale] - x[low * scale], bottom - Top + 4, "zone");
        foreach (double tick in x.Ticks)
        {
            figure.Line(x[tick], Top - 4, x[tick], bottom, "grid");
            string text = unit == FigureUnit.Factor
                ? "\u00d7" + ReportText.Number(Math.Exp(tick), "0.##")
                : ReportText.Number(tick, x.Step < 1 ? "0.##" : "0");
            figure.Text(x[tick], bottom + 16, text, "tick", "middle");
        }

        figure.Line(x[0], Top - 4, x[0], bottom, "reference");
        for (int i = 0; i < rows.Count; i++) DrawRow(figure, rows[i], x, scale, Top + ((i + 0.5) * RowHeight), reach);
        figure.Text(Label, bottom + 31, Axis(unit), "tick");
        return figure.ToString();
    }

    private void DrawRow(SvgFigure figure, HypothesisOutcome outcome, AxisScale x, double scale, double y, double reach)
    {
        var judgement = outcome.Judgement;
        double mean = judgement.Mean!.Value.Mean;
        string style = HypothesisTable.Style(outcome.Verdict);
        figure.Text(Label - 12, y + 4, Name(outcome), "", "end");
        foreach (var (seed, value) in outcome.Finding.Values)
            figure.Marker(0, x[value * scale], y + 6, 2, "seed", $"seed {seed}: {FigureText.Of(outcome.Hypothesis.Unit, value)}");
        if (judgement.Interval.IsFinite)
        {
            double a = x[Math.Clamp(judgement.Interval.Low, -reach, reach) * scale];
            double b = x[Math.Clamp(judgement.Interval.High, -reach, reach) * scale];
            figure.Line(a, y, b, y, $"interval {style}");
            if (judgement.Interval.Low >= -reach) figure.Line(a, y - 4, a, y + 4, $"interval {style}");
            if (judgement.Interval.High <= reach) figure.Line(b, y - 4, b, y + 4, $"interval {style}");
        }

        figure.Marker(0, x[mean * scale], y, 4.5, $"verdict-mark {style}", outcome.Figure);
        figure.Text(Width, y + 4, outcome.Figure, "value", "end");
    }

    private static string Axis(FigureUnit unit) => unit switch
    {
        FigureUnit.Points => "percentage points of accuracy; shaded: too small to matter",
        FigureUnit.Factor => "ratio of loads; shaded: too small to matter",
        FigureUnit.Correlation => "rank correlation; shaded: too small to matter",
        FigureUnit.Sparsity => "percentage points of sparsity; shaded: as good as the same",
        _ => "",
    };
}
