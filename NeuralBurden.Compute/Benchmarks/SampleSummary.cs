namespace NeuralBurden.Compute.Benchmarks;

/// <summary>Seconds of repeated runs. Quartiles are interpolated linearly between order statistics.</summary>
public readonly record struct SampleSummary(
    int Count, double Best, double LowerQuartile, double Median, double UpperQuartile, double Mean)
{
    /// <summary>Interquartile range over the median: 0.1 means that the middle half of the runs lies within 10 %.</summary>
    public double Spread => Median > 0 ? (UpperQuartile - LowerQuartile) / Median : 0;

    /// <exception cref="ArgumentException">There are no samples.</exception>
    public static SampleSummary Of(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        if (sorted.Length == 0) throw new ArgumentException("no samples", nameof(samples));
        return new SampleSummary(
            sorted.Length, sorted[0], At(sorted, 0.25), At(sorted, 0.5), At(sorted, 0.75), sorted.Average());
    }

    private static double At(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int low = (int)place, high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + ((place - low) * (sorted[high] - sorted[low]));
    }
}
