using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;
using MathNet.Numerics.Statistics;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// Seeded percentile bootstrap for few repeats. Repeats are resampled within each stratum (a cell of the grid); strata
/// are fixed. Values of different strata are taken as independent: pairing by seed has removed what they share.
/// </summary>
/// <remarks>
/// A bootstrap of n values has (n - 1) / n of their variance and a normal tail, both far too small for n = 3. So the
/// deviations of stratum k are scaled by sqrt(n_k / (n_k - 1)), and all by t_0.975(f) / z_0.975 with
/// f = sum (n_k - 1). Coverage is simulated in the tests.
/// </remarks>
public static class Bootstrap
{
    private const int Resamples = 2000;
    private const double Tail = 0.025;
    private const int Seed = 20240716;

    /// <summary>The mean over strata of the mean within each.</summary>
    public static Interval Mean(IEnumerable<IReadOnlyList<double>> strata)
    {
        var filled = strata.Where(s => s.Count > 0).ToList();
        return Contrast([.. filled.Select(s => (1.0 / filled.Count, s))]);
    }

    /// <summary>sum_k weight_k mean_k.</summary>
    public static Interval Contrast(IReadOnlyList<(double Weight, IReadOnlyList<double> Values)> strata)
    {
        int freedom = strata.Sum(s => Math.Max(0, s.Values.Count - 1)), count = strata.Sum(s => s.Values.Count);
        if (count == 0) return new Interval(double.NaN, double.NegativeInfinity, double.PositiveInfinity, 0, 0);
        double estimate = strata.Sum(s => s.Weight * s.Values.Average());
        if (freedom == 0) return Unknown(estimate, count);
        double tail = StudentT.InvCDF(0, 1, freedom, 1 - Tail) / Normal.InvCDF(0, 1, 1 - Tail);
        var random = new MersenneTwister(Seed, threadSafe: false);
        var deviations = new double[Resamples];
        for (int i = 0; i < Resamples; i++)
        {
            foreach (var (weight, values) in strata)
            {
                int n = values.Count;
                if (n < 2) continue;
                double sum = 0, mean = 0;
                for (int j = 0; j < n; j++)
                {
                    sum += values[random.Next(n)];
                    mean += values[j];
                }

                deviations[i] += weight * (sum - mean) / n * Math.Sqrt(n / (n - 1.0));
            }
        }

        return Percentiles(estimate, deviations, tail, count, freedom);
    }

    /// <summary>Any statistic of clusters of rows, by resampling whole clusters.</summary>
    /// <param name="clusters">Rows that belong together, such as the repeats of one cell.</param>
    /// <param name="statistic">Of a sample's rows; NaN where it does not exist, which leaves the sample out.</param>
    public static Interval Of<T>(IReadOnlyList<IReadOnlyList<T>> clusters, Func<IReadOnlyList<T>, double> statistic)
    {
        int rows = clusters.Sum(c => c.Count);
        double estimate = rows == 0 ? double.NaN : statistic([.. clusters.SelectMany(c => c)]);
        if (clusters.Count < 2 || !double.IsFinite(estimate)) return Unknown(estimate, rows);
        var random = new MersenneTwister(Seed, threadSafe: false);
        var deviations = new List<double>(Resamples);
        var sample = new List<T>();
        for (int i = 0; i < Resamples; i++)
        {
            sample.Clear();
            for (int j = 0; j < clusters.Count; j++) sample.AddRange(clusters[random.Next(clusters.Count)]);
            double value = statistic(sample);
            if (double.IsFinite(value)) deviations.Add(value - estimate);
        }

        return deviations.Count < Resamples / 2
            ? Unknown(estimate, rows)
            : Percentiles(estimate, [.. deviations], 1, rows, clusters.Count - 1);
    }

    private static Interval Unknown(double estimate, int count) =>
        new(estimate, double.NegativeInfinity, double.PositiveInfinity, count, 0);

    private static Interval Percentiles(double estimate, double[] deviations, double scale, int count, int freedom)
    {
        Array.Sort(deviations);
        double low = SortedArrayStatistics.Quantile(deviations, Tail);
        double high = SortedArrayStatistics.Quantile(deviations, 1 - Tail);
        return new Interval(estimate, estimate + (scale * low), estimate + (scale * high), count, freedom);
    }
}
