using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>Figures and intervals as they are told, unit and sign included.</summary>
public static class FigureText
{
    private const string Signed = "+0.00;-0.00;0.00";

    /// <summary>Such as <c>+1.24 points</c> or <c>× 1.43</c>; signs and figures are not parted at a line's end.</summary>
    public static string Of(FigureUnit unit, double value) => double.IsFinite(value)
        ? unit switch
        {
            FigureUnit.Points => $"{Bare(unit, value)} points",
            FigureUnit.Factor => $"\u00d7\u00a0{Bare(unit, value)}",
            FigureUnit.Correlation => $"\u03c1\u00a0=\u00a0{Bare(unit, value)}",
            FigureUnit.Share => $"{Bare(unit, value)} %",
            FigureUnit.Sparsity => $"{Bare(unit, value)} points of sparsity",
            _ => Bare(unit, value),
        }
        : "none";

    /// <summary>Such as <c>+1.24 points [0.31, 2.17]</c>.</summary>
    public static string Of(FigureUnit unit, double value, Interval interval) =>
        double.IsFinite(value) && interval.IsFinite ? $"{Of(unit, value)} {Of(unit, interval)}" : Of(unit, value);

    /// <summary>Such as <c>[0.31, 2.17]</c>.</summary>
    public static string Of(FigureUnit unit, Interval interval) => interval.IsFinite
        ? $"[{Bare(unit, interval.Low)}, {Bare(unit, interval.High)}]"
        : "no interval";

    /// <summary>A size without a sign, as of a detectable effect.</summary>
    public static string Size(FigureUnit unit, double value) => !double.IsFinite(value) ? "unknown" : unit switch
    {
        FigureUnit.Points => $"{ReportText.Number(value * 100, "0.00")} points",
        FigureUnit.Sparsity => $"{ReportText.Number(value * 100, "0.0")} points of sparsity",
        _ => Of(unit, value),
    };

    /// <summary>Without the unit's name.</summary>
    public static string Bare(FigureUnit unit, double value) => unit switch
    {
        FigureUnit.Points => ReportText.Number(value * 100, Signed),
        // Beyond what a double can say as a ratio only where spread makes an interval absurd.
        FigureUnit.Factor => ReportText.Number(Math.Exp(value), value is > -4.6 and < 7 ? "0.00" : "0.0e0"),
        // An interval's end may lie beyond what a correlation can be.
        FigureUnit.Correlation => ReportText.Number(Math.Clamp(value, -1, 1), "0.00"),
        FigureUnit.Share => ReportText.Number(value * 100, "0.0"),
        FigureUnit.Sparsity => ReportText.Number(value * 100, "+0.0;-0.0;0.0"),
        _ => ReportText.Number(value, "0.000"),
    };
}
