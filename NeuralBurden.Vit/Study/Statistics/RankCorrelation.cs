using MathNet.Numerics.Statistics;

namespace NeuralBurden.Vit.Study.Statistics;

/// <summary>Spearman's correlation: Pearson's of the ranks, ties sharing the mean of theirs.</summary>
public static class RankCorrelation
{
    /// <summary>NaN where one side does not vary.</summary>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y) => Correlation.Spearman(x, y);

    /// <summary>
    /// The correlation of x and y that z does not explain, (r_xy - r_xz r_yz) / sqrt((1 - r_xz^2)(1 - r_yz^2)) with r
    /// Spearman's. That of x and y where z does not vary; NaN where z explains one side fully.
    /// </summary>
    public static double Partial(IReadOnlyList<double> x, IReadOnlyList<double> y, IReadOnlyList<double> z)
    {
        double xy = Spearman(x, y);
        if (z.Distinct().Count() < 2) return xy;
        double xz = Spearman(x, z), yz = Spearman(y, z);
        double rest = (1 - (xz * xz)) * (1 - (yz * yz));
        return rest < 1e-9 ? double.NaN : (xy - (xz * yz)) / Math.Sqrt(rest);
    }
}
