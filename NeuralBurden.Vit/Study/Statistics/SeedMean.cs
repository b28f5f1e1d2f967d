using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace NeuralBurden.Vit.Study.Statistics;

/// <summary>
/// The mean over seeds of one figure per seed, mostly a difference of two runs that share the seed, with Student's t for
/// everything said about it: exact for normal values, at any number of them.
/// </summary>
/// <param name="Mean">m, in the figure's own unit.</param>
/// <param name="StandardError">Sample standard deviation over sqrt(n).</param>
/// <param name="Count">n, seeds.</param>
/// <remarks>
/// Values that are all equal (two seeds tie on a small test set) say nothing about how far others would differ: their
/// interval is unknown, not a point.
/// </remarks>
public readonly record struct SeedMean(double Mean, double StandardError, int Count)
{
    /// <summary>Power that <see cref="Detectable"/> is stated at.</summary>
    public const double Power = 0.8;

    public int Freedom => Count - 1;

    private bool HasSpread => Count > 1 && StandardError > 1e-12 * Math.Max(1, Math.Abs(Mean));

    /// <summary>Of the values there are; null where there is none.</summary>
    public static SeedMean? Of(IEnumerable<double?> values)
    {
        double[] finite = [.. values.OfType<double>().Where(double.IsFinite)];
        if (finite.Length == 0) return null;
        double spread = finite.Length == 1 ? 0 : ArrayStatistics.StandardDeviation(finite);
        return new SeedMean(ArrayStatistics.Mean(finite), spread / Math.Sqrt(finite.Length), finite.Length);
    }

    /// <summary>m -+ t_(1 - (1 - level) / 2, n - 1) times the standard error.</summary>
    public Interval Interval(double level) => HasSpread
        ? new Interval(Mean - (Quantile(level) * StandardError), Mean + (Quantile(level) * StandardError))
        : Statistics.Interval.Unknown;

    /// <summary>One-sided p of the null "the true mean is <paramref name="value"/> or less".</summary>
    public double TailAbove(double value) => HasSpread
        ? StudentT.CDF(0, 1, Freedom, (value - Mean) / StandardError)
        : 1;

    /// <summary>One-sided p of the null "the true mean is <paramref name="value"/> or more".</summary>
    public double TailBelow(double value) => HasSpread
        ? StudentT.CDF(0, 1, Freedom, (Mean - value) / StandardError)
        : 1;

    /// <summary>
    /// The least true effect that would have been found beyond 0, with an estimate beyond <paramref name="least"/>, four
    /// times in five at this spread: max(t_level + t_0.8, least / se + t_0.8) standard errors, with t for the noncentral t
    /// (at 3 seeds 2 points of power off, less above). Infinite without a spread.
    /// </summary>
    public double Detectable(double level, double least)
    {
        if (!HasSpread) return double.PositiveInfinity;
        double power = StudentT.InvCDF(0, 1, Freedom, Power) * StandardError;
        return power + Math.Max(Quantile(level) * StandardError, least);
    }

    private double Quantile(double level) => StudentT.InvCDF(0, 1, Freedom, (1 + level) / 2);
}
