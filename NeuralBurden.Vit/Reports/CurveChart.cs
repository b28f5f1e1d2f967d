namespace NeuralBurden.Vit.Reports;

/// <summary>Curves over epochs with the seeds' range as a band.</summary>
internal sealed record CurveChart
{
    private const double Left = 44;
    private const double Top = 26;
    private const double Bottom = 30;
    private const double LabelWidth = 104;
    private const double LabelGap = 14;

    public required string Title { get; init; }

    public required IReadOnlyList<CurveSeries> Series { get; init; }

    public double Width { get; init; } = 340;

    public double Height { get; init; } = 210;

    /// <summary>Factor from figures to axis labels, 100 for percent.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Values that the vertical axis must cover, to share it between small multiples.</summary>
    public IEnumerable<double> Cover { get; init; } = [];

    /// <summary>Whether the curves' ends carry their names; small multiples leave that to a legend.</summary>
    public bool Labels { get; init; } = true;

    public string Draw()
    {
        var figure = new SvgFigure(Width, Height, $"{Title} over epochs");
        double right = Width - (Labels ? LabelWidth : 10), bottom = Height - Bottom;
        var points = Series.SelectMany(s => s.Points).ToList();
        var heights = points.SelectMany(p => new[] { p.Y.Min, p.Y.Max }).Concat(Cover).Select(v => v * Scale);
        var y = AxisScale.Linear(heights, bottom, Top + 6, 4);
        int first = points.Count == 0 ? 1 : (int)points.Min(p => p.X);
        int last = points.Count == 0 ? 2 : (int)points.Max(p => p.X);
        var x = AxisScale.Epochs(first, last, Left, right, 6);

        figure.Text(0, 13, Title, "title");
        ChartAxes.Horizontal(figure, y, Left, right);
        foreach (double tick in x.Ticks)
            figure.Text(x[tick], bottom + 16, ReportText.Number(tick, "0"), "tick", "middle");
        figure.Text(right, Height - 1, "epoch", "tick", "end");

        foreach (var series in Series.Where(s => s.Points.Count > 0))
            DrawSeries(figure, series, x, y);
        if (Labels)
            DrawLabels(figure, y, right + 8, bottom);
        return figure.ToString();
    }

    private void DrawSeries(SvgFigure figure, CurveSeries series, AxisScale x, AxisScale y)
    {
        string style = SvgFigure.Class(series.Group);
        if (series.Points.Count == 1)
        {
            var (at, only) = series.Points[0];
            figure.Marker(series.Group, x[at], y[only.Mean * Scale], 3.5, "mark");
            return;
        }

        if (series.Points.Any(p => p.Y.Count > 1))
        {
            var upper = series.Points.Select(p => (x[p.X], y[p.Y.Max * Scale]));
            var lower = series.Points.Reverse().Select(p => (x[p.X], y[p.Y.Min * Scale]));
            figure.Polygon(upper.Concat(lower), $"band {style}");
        }

        figure.Polyline(series.Points.Select(p => (x[p.X], y[p.Y.Mean * Scale])), $"line {style}");
    }

    private void DrawLabels(SvgFigure figure, AxisScale y, double x, double bottom)
    {
        var ends = Series.Where(s => s.Points.Count > 0).ToList();
        var wanted = ends.Select(s => y[s.Points[^1].Y.Mean * Scale]).ToList();
        double[] heights = LabelColumn.Spread(wanted, LabelGap, Top, bottom);
        for (int i = 0; i < ends.Count; i++)
            figure.Text(x, heights[i] + 4, ends[i].Label, $"label {SvgFigure.Class(ends[i].Group)}");
    }
}
