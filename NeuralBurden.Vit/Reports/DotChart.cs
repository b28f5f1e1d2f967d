namespace NeuralBurden.Vit.Reports;

/// <summary>Rows of dots on one horizontal axis, each row with a name at its left.</summary>
internal sealed class DotChart
{
    private const double Top = 30;
    private const double Bottom = 24;

    public required string Title { get; init; }

    public required IReadOnlyList<DotRow> Rows { get; init; }

    public double Width { get; init; } = 720;

    public double RowHeight { get; init; } = 26;

    public double LabelWidth { get; init; } = 150;

    /// <summary>Factor from figures to axis labels, 100 for percent.</summary>
    public double Scale { get; init; } = 100;

    /// <summary>Pixels between the heights of a row's dots, so that equal values stay visible.</summary>
    public double DotOffset { get; init; }

    /// <summary>A value to draw a dashed line at, with its name.</summary>
    public (double Value, string Name)? Reference { get; init; }

    /// <summary>Number format of a mean beside its row; null = none.</summary>
    public string? MeanFormat { get; init; }

    public string Draw()
    {
        double meanWidth = MeanFormat is null ? 12 : 76;
        double bottom = Top + (Rows.Count * RowHeight), right = Width - meanWidth;
        var figure = new SvgFigure(Width, bottom + Bottom, Title);
        var values = Rows.SelectMany(r => r.Dots).Select(d => d.Value * Scale).ToList();
        if (Reference is { } line)
            values.Add(line.Value * Scale);
        var x = AxisScale.Linear(values, LabelWidth, right, 6);

        figure.Text(0, 13, Title, "title");
        ChartAxes.Vertical(figure, x, Top, bottom);
        if (Reference is { } reference)
        {
            double at = x[reference.Value * Scale];
            figure.Line(at, Top - 4, at, bottom, "reference");
            figure.Text(at, Top - 8, reference.Name, "tick", "middle");
        }

        for (int i = 0; i < Rows.Count; i++)
            DrawRow(figure, Rows[i], x, Top + ((i + 0.5) * RowHeight));
        return figure.ToString();
    }

    private void DrawRow(SvgFigure figure, DotRow row, AxisScale x, double y)
    {
        figure.Text(LabelWidth - 12, y + 4, row.Label, row.LabelStyle, "end");
        if (row.Dots.Count == 0)
            return;
        double low = row.Dots.Min(d => d.Value) * Scale, high = row.Dots.Max(d => d.Value) * Scale;
        figure.Line(x[low], y, x[high], y, "range");
        for (int i = 0; i < row.Dots.Count; i++)
        {
            var dot = row.Dots[i];
            var (size, style) = dot.IsMean ? (4.5, "mark") : (3, "seed");
            double offset = (i - ((row.Dots.Count - 1) / 2.0)) * DotOffset;
            figure.Marker(dot.Group, x[dot.Value * Scale], y + offset, size, style, dot.Tooltip);
        }

        if (MeanFormat is not null && row.Dots.FirstOrDefault(d => d.IsMean) is { } mean)
            figure.Text(Width, y + 4, ReportText.Number(mean.Value * Scale, MeanFormat), "value", "end");
    }
}
