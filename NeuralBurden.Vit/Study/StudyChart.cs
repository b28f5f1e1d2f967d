using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study;

/// <summary>Curves over sparsity (or another factor) with the seeds' range as a band.</summary>
internal sealed record StudyChart
{
    private const double Left = 46;
    private const double Top = 26;
    private const double Bottom = 34;

    public required string Title { get; init; }

    public required IReadOnlyList<StudySeries> Series { get; init; }

    public double Width { get; init; } = 360;

    public double Height { get; init; } = 250;

    /// <summary>Factor from figures to labels, 100 for percent.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Whether the vertical axis is even in the logarithm.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Whether to draw 1 / (1 - s), as far as the axis goes.</summary>
    public bool Law { get; init; }

    /// <summary>Values that the vertical axis must cover.</summary>
    public IReadOnlyList<double> Cover { get; init; } = [];

    public string XName { get; init; } = "sparsity, %";

    /// <summary>Whether x is even in the logarithm of 1 - x.</summary>
    public bool SparsityAxis { get; init; } = true;

    /// <summary>The figure, or nothing where no curve has a point.</summary>
    public string Draw()
    {
        var points = Series.SelectMany(s => s.Points).ToList();
        if (points.Count == 0) return "";
        var figure = new SvgFigure(Width, Height, $"{Title} against {XName}");
        double right = Width - 12, bottom = Height - Bottom;
        var heights = points.SelectMany(p => new[] { p.Y.Min, p.Y.Max }).Concat(Cover).Select(v => v * Scale);
        var y = Logarithmic ? AxisScale.Logarithmic(heights, bottom, Top + 6) : AxisScale.Linear(heights, bottom, Top + 6, 4);
        var xs = points.Select(p => p.X).Distinct().Order().ToList();
        var x = SparsityAxis && xs.Count > 1
            ? AxisScale.Sparsity(xs, Left + 8, right - 4)
            : AxisScale.Linear(xs, Left + 8, right - 4);
        figure.Text(0, 13, Title, "title");
        DrawAxes(figure, xs, x, y, right, bottom);
        if (Law) DrawLaw(figure, xs, x, y);
        foreach (var series in Series.Where(s => s.Points.Count > 0)) DrawSeries(figure, series, x, y);
        return figure.ToString();
    }

    private void DrawAxes(SvgFigure figure, List<double> xs, AxisScale x, AxisScale y, double right, double bottom)
    {
        foreach (double tick in y.Ticks)
        {
            figure.Line(Left, y[tick], right, y[tick], "grid");
            figure.Text(Left - 7, y[tick] + 4, ReportText.Number(tick, Format(y.Step, tick)), "tick", "end");
        }

        double last = double.NegativeInfinity;
        foreach (double tick in xs.Where(t => x[t] - last > 24 || t == xs[^1]))
        {
            figure.Text(x[tick], bottom + 16, ReportText.Number(tick * 100, "0.#"), "tick", "middle");
            last = x[tick];
        }

        figure.Text(right, Height - 3, XName, "tick", "end");
    }

    private static void DrawLaw(SvgFigure figure, List<double> xs, AxisScale x, AxisScale y)
    {
        double limit = y.Ticks[^1];
        var line = new List<(double, double)>();
        for (int i = 0; i <= 200; i++)
        {
            double s = xs[0] + ((xs[^1] - xs[0]) * i / 200);
            double load = 1 / (1 - s);
            if (load <= limit && load >= y.Ticks[0]) line.Add((x[s], y[load]));
        }

        if (line.Count < 2) return;
        figure.Polyline(line, "law");
        figure.Text(line[^1].Item1 - 4, line[^1].Item2 + 12, "1/(1\u2212s)", "tick halo", "end");
    }

    private void DrawSeries(SvgFigure figure, StudySeries series, AxisScale x, AxisScale y)
    {
        string style = SvgFigure.Class(series.Colour) + (series.Control ? " merged" : "");
        if (series.Points.Any(p => p.Y.Count > 1) && series.Points.Count > 1)
        {
            var upper = series.Points.Select(p => (x[p.X], y[p.Y.Max * Scale]));
            var lower = series.Points.Reverse().Select(p => (x[p.X], y[p.Y.Min * Scale]));
            figure.Polygon(upper.Concat(lower), $"band {style}");
        }

        figure.Polyline(series.Points.Select(p => (x[p.X], y[p.Y.Mean * Scale])), $"line {style}");
        foreach (var (at, mean) in series.Points)
        {
            string tooltip = $"{series.Name} at {ReportText.Number(at * 100, "0.#")} %: "
                + $"{ReportText.MeanSpread(mean, "0.###", Scale)} over {ReportText.Count(mean.Count, "seed")}";
            figure.Marker(series.Colour, x[at], y[mean.Mean * Scale], 3.5, "mark", tooltip);
        }
    }

    private static string Format(double step, double tick) => step > 0
        ? "0." + new string('#', Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 6))
        : tick < 0.1 ? "0.###" : "0.##";
}
