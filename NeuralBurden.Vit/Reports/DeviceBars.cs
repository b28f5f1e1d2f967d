namespace NeuralBurden.Vit.Reports;

/// <summary>Bars of images per second, one per device, with the middle half of the samples and the ratio to a base.</summary>
internal static class DeviceBars
{
    private const double Width = 860, LabelWidth = 190, ValueWidth = 210, Top = 26, Bottom = 24, Height = 17, Gap = 10;

    /// <param name="title">Heading.</param>
    /// <param name="rows">Of one kind and width; rows of one case stand together.</param>
    /// <param name="columns">All devices of the page, whose places give the colours.</param>
    /// <param name="baseColumn">The device that ratios refer to.</param>
    public static string Draw(
        string title, IReadOnlyList<DeviceRow> rows, IReadOnlyList<string> columns, string baseColumn)
    {
        var cases = rows.GroupBy(r => r.Name).ToList();
        double height = Top + Bottom + (rows.Count * Height) + (cases.Count * Gap);
        var figure = new SvgFigure(Width, height, title);
        var x = AxisScale.Linear(
            rows.Where(r => r.Failure is null).Select(r => PerSecond(r, r.LowerQuartile)).Append(0),
            LabelWidth,
            Width - ValueWidth,
            6);
        figure.Text(0, 13, title, "title");
        ChartAxes.Vertical(figure, x, Top, height - Bottom);
        double y = Top + (Gap / 2);
        foreach (var one in cases)
        {
            var reference = one.FirstOrDefault(r => r.Column == baseColumn && r.Failure is null);
            figure.Text(LabelWidth - 12, y + (one.Count() * Height / 2) + 4, one.Key, "", "end");
            foreach (var row in one)
            {
                DrawRow(figure, row, reference, x, y, SvgFigure.Class(columns.ToList().IndexOf(row.Column)));
                y += Height;
            }

            y += Gap;
        }

        return figure.ToString();
    }

    private static void DrawRow(
        SvgFigure figure, DeviceRow row, DeviceRow? reference, AxisScale x, double y, string colour)
    {
        double middle = y + (Height / 2);
        if (row.Failure is not null)
        {
            figure.Text(x[0] + 6, middle + 4, "check failed", "tick");
            return;
        }

        double speed = PerSecond(row, row.Median);
        string text = ReportText.Number(speed, speed < 100 ? "0.0" : "#,0");
        figure.Rectangle(x[0], y + 2, x[speed] - x[0], Height - 4, $"{colour} bar", $"{row.Column}: {text} images/s");
        figure.Line(x[PerSecond(row, row.UpperQuartile)], middle, x[PerSecond(row, row.LowerQuartile)], middle, "axis spread");
        string ratio = reference is null || ReferenceEquals(reference, row)
            ? ""
            : $" \u00b7 {ReportText.Number(speed / PerSecond(reference, reference.Median), "0.00")} x";
        string percent = row.PercentOfPeak is { } p ? $" \u00b7 {ReportText.Number(p, "0")} % of peak" : "";
        string launches = row.Launches is { } n ? $" \u00b7 {n} launches" : "";
        figure.Text(Width - ValueWidth + 10, middle + 4, text + ratio + percent + launches, "value");
    }

    // Batches of a row are equal, so that its own speed tells how many images a second of it are.
    private static double PerSecond(DeviceRow row, double seconds) => (row.ImagesPerSecond ?? 0) * row.Median / seconds;
}
