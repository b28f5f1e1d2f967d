using System.Globalization;

namespace NeuralBurden.Vit.Burden;

/// <summary>Summaries of one value per unit.</summary>
internal static class UnitStatistics
{
    /// <summary>A unit whose reference is at most this share of the layer's mean has no ratio.</summary>
    public const double IdleRate = 0.01;

    /// <summary>
    /// Mean and quantiles (linear interpolation between order statistics) to seven significant digits, the precision of
    /// the activities; null without values.
    /// </summary>
    public static UnitQuantiles? Summarize(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return null;
        return new UnitQuantiles(
            Rounded(sorted.Average()),
            Rounded(Quantile(sorted, 0.5)),
            Rounded(Quantile(sorted, 0.95)),
            Rounded(Quantile(sorted, 0.99)),
            Rounded(sorted[^1]));
    }

    /// <summary>A quantile of at least one value, linear between order statistics.</summary>
    public static double Quantile(double[] sorted, double q)
    {
        double position = q * (sorted.Length - 1);
        int below = (int)position;
        double share = position - below;
        return share == 0 ? sorted[below] : sorted[below] + (share * (sorted[below + 1] - sorted[below]));
    }

    private static double Rounded(double value) =>
        double.Parse(value.ToString("G7", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Quantiles over the units alive; null without values.</summary>
    public static UnitQuantiles? Summarize(double[]? values, bool[] alive) =>
        values is null || values.Length == 0 ? null : Summarize(values.Where((_, j) => alive[j]));

    /// <summary>
    /// value[j] / reference[j] over the units alive whose <paramref name="idle"/> figure in the reference is above 1 % of
    /// the layer's mean and whose reference is not 0.
    /// </summary>
    public static IEnumerable<double> Ratios(double[] values, double[] reference, double[] idle, bool[] alive)
    {
        double floor = IdleRate * idle.Average();
        for (int j = 0; j < values.Length; j++)
        {
            if (alive[j] && idle[j] > floor && reference[j] > 0) yield return values[j] / reference[j];
        }
    }
}
