namespace NeuralBurden.Vit.Reports;

/// <summary>Grid lines with their figures.</summary>
internal static class ChartAxes
{
    /// <summary>Horizontal grid lines, figures left of them.</summary>
    public static void Horizontal(SvgFigure figure, AxisScale y, double left, double right)
    {
        foreach (double tick in y.Ticks)
        {
            figure.Line(left, y[tick], right, y[tick], "grid");
            figure.Text(left - 7, y[tick] + 4, ReportText.Number(tick, Format(y.Step)), "tick", "end");
        }
    }

    /// <summary>Vertical grid lines, figures below them.</summary>
    public static void Vertical(SvgFigure figure, AxisScale x, double top, double bottom)
    {
        foreach (double tick in x.Ticks)
        {
            figure.Line(x[tick], top, x[tick], bottom, "grid");
            figure.Text(x[tick], bottom + 16, ReportText.Number(tick, Format(x.Step)), "tick", "middle");
        }
    }

    /// <summary>As many decimals as tell two ticks apart; of uneven ones, those they have.</summary>
    private static string Format(double step)
    {
        if (step == 0) return "#,0.####";
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 6);
        return decimals == 0 ? "#,0" : "0." + new string('0', decimals);
    }
}
