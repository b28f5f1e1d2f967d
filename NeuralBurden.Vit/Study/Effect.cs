using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Vit.Study;

/// <summary>An effect size with its interval.</summary>
/// <param name="Name">What is compared with what.</param>
/// <param name="Interval">In the unit's own scale: shares for points, logarithms for factors.</param>
public sealed record Effect(string Name, Interval Interval, EffectUnit Unit)
{
    /// <summary>Such as <c>+1.24 points [0.31, 2.17]</c>.</summary>
    public override string ToString()
    {
        if (!double.IsFinite(Interval.Estimate)) return "none";
        string interval = Interval.IsFinite
            ? $" [{Value(Interval.Low)}, {Value(Interval.High)}]"
            : " (no interval: too few repeats)";
        return Unit switch
        {
            EffectUnit.Points => $"{Value(Interval.Estimate)} points{interval}",
            EffectUnit.Factor => $"\u00d7 {Value(Interval.Estimate)}{interval}",
            EffectUnit.Correlation => $"\u03c1 = {Value(Interval.Estimate)}{interval}",
            EffectUnit.Steps => $"{Value(Interval.Estimate)} grid steps{interval}",
            _ => Value(Interval.Estimate) + interval,
        };
    }

    private string Value(double value) => Unit switch
    {
        EffectUnit.Points => ReportText.Number(value * 100, "+0.00;-0.00;0.00"),
        EffectUnit.Factor => ReportText.Number(Math.Exp(value), "0.00"),
        EffectUnit.Share => ReportText.Number(value, "0.000"),
        // A bootstrap's end may lie beyond what a correlation can be.
        EffectUnit.Correlation => ReportText.Number(Math.Clamp(value, -1, 1), "0.00"),
        _ => ReportText.Number(value, "0.00"),
    };
}
