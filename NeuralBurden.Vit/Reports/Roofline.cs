namespace NeuralBurden.Vit.Reports;

/// <summary>
/// Ops of one device by arithmetic intensity, FLOP per byte that must be moved, and speed, below what the device could do:
/// its peak, and the bandwidth of each cache and of the memory (the roofline of doi 10.1145/1498765.1498785).
/// </summary>
internal static class Roofline
{
    private const double Width = 860, Height = 400, Left = 62, Right = 120, Top = 30, Bottom = 44, LabelHeight = 14;

    public static string Draw(DevicePeak peak, IReadOnlyList<DeviceRow> ops)
    {
        string title = $"{peak.Column}: GFLOP/s against FLOP per byte";
        var figure = new SvgFigure(Width, Height, title);
        double end = Width - Right, bottom = Height - Bottom;
        var x = AxisScale.Logarithmic(ops.Select(o => o.Intensity!.Value), Left, end);
        double left = x.Ticks[0], right = x.Ticks[^1];
        double slowest = peak.Levels.Count == 0 ? peak.Gflops : Math.Min(peak.Gflops, left * peak.Levels[^1].Bandwidth);
        var y = AxisScale.Logarithmic(ops.Select(o => o.Gflops!.Value).Append(peak.Gflops).Append(slowest), bottom, Top);
        figure.Text(0, 13, title, "title");
        ChartAxes.Vertical(figure, x, Top, bottom);
        ChartAxes.Horizontal(figure, y, Left, end);
        figure.Text(end, bottom + 34, "FLOP per byte", "tick", "end");
        figure.Line(Left, y[peak.Gflops], end, y[peak.Gflops], "reference");
        figure.Text(end + 6, y[peak.Gflops] + 4, $"{ReportText.Number(peak.Gflops, "0")} GFLOP/s", "tick");
        double lastLabel = Top;
        foreach (var (bytes, bandwidth) in peak.Levels.OrderByDescending(l => l.Bandwidth)) DrawLevel(bytes, bandwidth);
        foreach (var op in ops)
        {
            string percent = op.PercentOfPeak is { } p ? $", {ReportText.Number(p, "0")} % of peak" : "";
            string text = $"{op.Name}, d {op.Dim}: {ReportText.Number(op.Gflops!.Value, "0.0")} GFLOP/s{percent}";
            figure.Marker(Group(op.Name), x[op.Intensity!.Value], y[op.Gflops.Value], 3.6, "mark", text);
        }

        return figure.ToString();

        void DrawLevel(long bytes, double bandwidth)
        {
            double ridge = Math.Clamp(peak.Gflops / bandwidth, left, right);
            double from = Math.Max(left, y.Ticks[0] / bandwidth);
            if (from >= ridge) return;
            figure.Line(x[from], y[from * bandwidth], x[ridge], y[ridge * bandwidth], "law");
            string name = $"{ReportText.Number(bandwidth, "0")} GB/s to {ReportText.Bytes(bytes)}";
            // Levels of like bandwidth would write one upon the other.
            lastLabel = Math.Max(y[from * bandwidth] - 6, lastLabel + LabelHeight);
            figure.Text(x[from] + 4, lastLabel, name, "tick halo");
        }
    }

    /// <summary>Products, attention and the rest look different.</summary>
    public static int Group(string op) => op.Contains("ttention", StringComparison.Ordinal) ? 2
        : op.Contains("parse", StringComparison.Ordinal) ? 3
        : op.StartsWith("Gemm", StringComparison.Ordinal) ? 1
        : 4;
}
