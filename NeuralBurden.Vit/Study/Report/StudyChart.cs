using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>Curves over sparsity, length or time, with the seeds' range as a band, nulls dashed.</summary>
internal sealed record StudyChart
{
    private const double Left = 46;
    private const double Top = 26;
    private const double Bottom = 34;

    public required string Title { get; init; }

    public required IReadOnlyList<StudySeries> Series { get; init; }

    public StudyAxisKind X { get; init; } = StudyAxisKind.Sparsity;

    public double Width { get; init; } = 340;

    public double Height { get; init; } = 250;

    /// <summary>Factor from figures to labels, 100 for percent.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Whether the vertical axis is even in the logarithm.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>A value to draw a line at, such as "no effect".</summary>
    public double? Level { get; init; }

    /// <summary>The figure, or nothing where no curve has a point.</summary>
    public string Draw()
    {
        var points = Series.SelectMany(s => s.Points).ToList();
        if (points.Count == 0) return "";
        var figure = new SvgFigure(Width, Height, $"{Title} against {XName}");
        double right = Width - 12, bottom = Height - Bottom;
        var heights = points.SelectMany(p => new[] { p.Y.Min, p.Y.Max }).Concat(Level is { } l ? [l] : []).Select(v => v * Scale);
        var y = Logarithmic ? AxisScale.Logarithmic(heights, bottom, Top + 6) : AxisScale.Linear(heights, bottom, Top + 6, 4);
        var xs = points.Select(p => p.X).Distinct().Order().ToList();
        var x = xs.Count == 1 ? AxisScale.Linear(xs, Left + 8, right - 4) : X switch
        {
            StudyAxisKind.Sparsity => AxisScale.Sparsity(xs, Left + 8, right - 4),
            StudyAxisKind.Length => AxisScale.Lengths(xs, Left + 8, right - 4),
            _ => AxisScale.Linear(xs, Left + 8, right - 4),
        };
        figure.Text(0, 13, Title, "title");
        DrawAxes(figure, xs, x, y, right, bottom);
        if (Level is { } level) figure.Line(Left, y[level * Scale], right, y[level * Scale], "reference");
        foreach (var series in Series.Where(s => s.Points.Count > 0)) DrawSeries(figure, series, x, y);
        return figure.ToString();
    }

    private string XName => X switch
    {
        StudyAxisKind.Sparsity or StudyAxisKind.EvenSparsity => "sparsity, %",
        StudyAxisKind.Length => "training length, epochs",
        _ => "training done, %",
    };

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
            // The last tick is always told; what would run into it is not.
            if (tick != xs[^1] && x[xs[^1]] - x[tick] <= 24) continue;
            figure.Text(x[tick], bottom + 16, At(tick), "tick", "middle");
            last = x[tick];
        }

        figure.Text(right, Height - 3, XName, "tick", "end");
    }

    private void DrawSeries(SvgFigure figure, StudySeries series, AxisScale x, AxisScale y)
    {
        string style = SvgFigure.Class(series.Colour) + (series.IsNull ? " merged" : "");
        if (!series.IsNull && series.Points.Any(p => p.Y.Count > 1) && series.Points.Count > 1)
        {
            var upper = series.Points.Select(p => (x[p.X], y[p.Y.Max * Scale]));
            var lower = series.Points.Reverse().Select(p => (x[p.X], y[p.Y.Min * Scale]));
            figure.Polygon(upper.Concat(lower), $"band {style}");
        }

        figure.Polyline(series.Points.Select(p => (x[p.X], y[p.Y.Mean * Scale])), $"line {style}");
        foreach (var (at, mean) in series.Points)
        {
            string tooltip = $"{series.Name} at {At(at)}{(X == StudyAxisKind.Length ? " epochs" : " %")}: "
                + $"{ReportText.MeanSpread(mean, "0.###", Scale)} over {ReportText.Count(mean.Count, "seed")}";
            figure.Marker(series.Colour, x[at], y[mean.Mean * Scale], series.IsNull ? 3 : 3.5, "mark", tooltip);
        }
    }

    private string At(double x) => ReportText.Number(X == StudyAxisKind.Length ? x : x * 100, "0.##");

    private static string Format(double step, double tick) => step > 0
        ? "0." + new string('#', Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 6))
        : tick < 0.1 ? "0.###" : "0.##";
}
