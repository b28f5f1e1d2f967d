using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// The distribution of one load over units against sparsity: for every sparsity the median, p95, p99 and the largest,
/// means over seeds of the means over layers.
/// </summary>
internal sealed record LoadDistribution
{
    private const double Left = 46;
    private const double Top = 26;
    private const double Bottom = 34;
    private const double Width = 360;
    private const double Height = 250;

    public required string Title { get; init; }

    public required int Colour { get; init; }

    /// <summary>Sparsity, p50, p95, p99, max.</summary>
    public required IReadOnlyList<(double S, double P50, double P95, double P99, double Max)> Points { get; init; }

    /// <summary>Values that the axis must cover.</summary>
    public IReadOnlyList<double> Cover { get; init; } = [];

    public string Draw()
    {
        if (Points.Count == 0) return "";
        var figure = new SvgFigure(Width, Height, $"{Title}: quantiles over units against sparsity");
        double right = Width - 12, bottom = Height - Bottom;
        var y = AxisScale.Logarithmic(Points.SelectMany(p => new[] { p.P50, p.Max }).Concat(Cover), bottom, Top + 6);
        figure.Text(0, 13, Title, "title");
        foreach (double tick in y.Ticks)
        {
            figure.Line(Left, y[tick], right, y[tick], "grid");
            figure.Text(Left - 7, y[tick] + 4, ReportText.Number(tick, "0.###"), "tick", "end");
        }

        double step = (right - Left) / Points.Count;
        string style = SvgFigure.Class(Colour);
        for (int i = 0; i < Points.Count; i++)
        {
            var p = Points[i];
            double x = Left + ((i + 0.5) * step);
            string tooltip = $"at {ReportText.Number(p.S * 100, "0.#")} %: median {ReportText.Number(p.P50, "0.00")}, "
                + $"p95 {ReportText.Number(p.P95, "0.00")}, p99 {ReportText.Number(p.P99, "0.00")}, "
                + $"largest {ReportText.Number(p.Max, "0.00")}";
            figure.Line(x, y[p.P99], x, y[p.Max], "range");
            figure.Line(x - 5, y[p.Max], x + 5, y[p.Max], "range");
            figure.Rectangle(x - 4, y[p.P99], 8, Math.Max(1, y[p.P95] - y[p.P99]), $"seed {style}", tooltip);
            figure.Rectangle(x - 8, y[p.P95], 16, Math.Max(1, y[p.P50] - y[p.P95]), $"bar {style}", tooltip);
            figure.Text(x, bottom + 16, ReportText.Number(p.S * 100, "0.#"), "tick", "middle");
        }

        figure.Text(right, Height - 3, "sparsity, %", "tick", "end");
        return figure.ToString();
    }
}
