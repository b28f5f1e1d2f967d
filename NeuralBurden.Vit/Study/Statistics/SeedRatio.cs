using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace NeuralBurden.Vit.Study.Statistics;

/// <summary>
/// A ratio of two means over the same seeds, such as the share of a loss that a remedy gives back, with Fieller's
/// interval: all rho at which the mean of a_i - rho b_i does not differ from 0. (Fieller, J. R. Stat. Soc. B 16:175, 1954.)
/// </summary>
/// <param name="Value">mean a / mean b.</param>
/// <param name="Interval">Unknown where b is not found to differ from 0 at this level: then no ratio is excluded.</param>
public readonly record struct SeedRatio(double Value, Interval Interval)
{
    /// <summary>Null for fewer than two seeds.</summary>
    public static SeedRatio? Of(IReadOnlyList<(double Above, double Below)> pairs, double level = 0.95)
    {
        int n = pairs.Count;
        if (n < 2) return null;
        double[] a = [.. pairs.Select(p => p.Above)], b = [.. pairs.Select(p => p.Below)];
        double meanA = a.Mean(), meanB = b.Mean();
        double t = StudentT.InvCDF(0, 1, n - 1, (1 + level) / 2), scale = t * t / n;
        // (meanA - rho meanB)^2 = scale (s_aa - 2 rho s_ab + rho^2 s_bb), a quadratic p rho^2 - 2 q rho + r = 0.
        double p = (meanB * meanB) - (scale * b.Variance());
        double q = (meanA * meanB) - (scale * a.Covariance(b));
        double r = (meanA * meanA) - (scale * a.Variance());
        if (p <= 0) return new SeedRatio(meanA / meanB, Interval.Unknown);
        // Where p is above 0 the roots are real: rho = meanA / meanB makes the left side 0 and the right side not negative.
        double root = Math.Sqrt(Math.Max(0, (q * q) - (p * r)));
        return new SeedRatio(meanA / meanB, new Interval((q - root) / p, (q + root) / p));
    }
}
