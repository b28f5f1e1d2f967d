using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Burden;

/// <summary>Summaries of one value per unit.</summary>
internal static class UnitStatistics
{
    /// <summary>Mean and exact quantiles (linear interpolation between order statistics); null without values.</summary>
    public static UnitQuantiles? Summarize(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return null;
        return new UnitQuantiles(sorted.Average(), At(0.5), At(0.95), At(0.99), sorted[^1]);

        double At(double q)
        {
            double position = q * (sorted.Length - 1);
            int below = (int)position;
            double share = position - below;
            return share == 0 ? sorted[below] : sorted[below] + (share * (sorted[below + 1] - sorted[below]));
        }
    }

    /// <summary>value[j] / reference[j] over the units with a reference above 1 % of the layer's mean reference.</summary>
    public static IEnumerable<double> Ratios(double[] values, double[] reference, Func<int, bool> alive)
    {
        double floor = 0.01 * reference.Average();
        for (int j = 0; j < values.Length; j++)
        {
            if (alive(j) && reference[j] > floor) yield return values[j] / reference[j];
        }
    }
}
