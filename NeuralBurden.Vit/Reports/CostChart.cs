namespace NeuralBurden.Vit.Reports;

/// <summary>
/// The three burdens side by side as bars relative to the dense model: multiply-adds in theory, bytes as
/// stored, time as measured. They seldom agree, which is the point.
/// </summary>
internal static class CostChart
{
    private const double LabelWidth = 190;
    private const double PanelWidth = 230;
    private const double PanelGap = 30;
    private const double RowHeight = 26;
    private const double Top = 50;

    public static string Draw(IReadOnlyList<RunGroup> groups)
    {
        (string Title, string Note, Func<RunGroup, double> Cost)[] panels =
        [
            ("Theoretical", "multiply-adds per image", g => Mean(g, r => r.MacsPerImageTheoretical)),
            ("Stored", "bytes of the model file", g => Mean(g, r => r.StoredBytes)),
            ("Measured", "time per test image", g => 1 / Mean(g, r => r.EvalImagesPerSecond)),
        ];
        var basis = groups.FirstOrDefault(g => g is { IsDense: true, Merges: false }) ?? groups[0];
        double width = LabelWidth + (panels.Length * (PanelWidth + PanelGap));
        double bottom = Top + (groups.Count * RowHeight);
        var figure = new SvgFigure(width, bottom + 4, $"Three burdens relative to {basis.Label}");
        for (int row = 0; row < groups.Count; row++)
        {
            string style = $"label {SvgFigure.Class(groups[row])}";
            figure.Text(LabelWidth - 12, Center(row) + 4, groups[row].Label, style, "end");
        }

        for (int i = 0; i < panels.Length; i++)
        {
            var (title, note, cost) = panels[i];
            double left = LabelWidth + (i * (PanelWidth + PanelGap));
            double whole = cost(basis);
            double largest = Math.Max(1, groups.Max(g => cost(g) / whole));
            // The figure stands beside the longest bar, so a bar leaves room for it.
            double unit = (PanelWidth - 42) / largest;
            figure.Text(left, 13, title, "title");
            figure.Text(left, 30, note, "tick");
            figure.Line(left, Top - 8, left, bottom, "axis");
            figure.Line(left + unit, Top - 8, left + unit, bottom, "reference");
            for (int row = 0; row < groups.Count; row++)
            {
                double share = cost(groups[row]) / whole;
                string style = $"bar {SvgFigure.Class(groups[row])}";
                figure.Rectangle(left, Center(row) - 7, share * unit, 14, style);
                string percent = ReportText.Percent(share, "0") + " %";
                figure.Text(left + (share * unit) + 5, Center(row) + 4, percent, "value halo");
            }
        }

        return figure.ToString();
    }

    private static double Center(int row) => Top + ((row + 0.5) * RowHeight);

    private static double Mean(RunGroup group, Func<Runs.RunResult, double?> figure) =>
        Math.Max(group.Of(figure)?.Mean ?? 1, 1e-9);
}
