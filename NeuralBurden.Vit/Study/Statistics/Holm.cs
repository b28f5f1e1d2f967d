namespace NeuralBurden.Vit.Study.Statistics;

/// <summary>
/// Holm's correction for m endpoints, told as the level of each one's interval: the k-th smallest p gets
/// 1 - alpha / (m - k + 1). (Holm, Scand. J. Stat. 6:65, 1979.)
/// </summary>
/// <remarks>
/// Holm's order ends at the first p that is too large: ranks behind it keep its level. Levels that went on relaxing could
/// find a larger p where a smaller one was not found, and the familywise rate would hold for independent endpoints only.
/// </remarks>
public static class Holm
{
    public const double Alpha = 0.05;

    /// <summary>Levels in the order of <paramref name="p"/>; NaN, planned and not measured, counts as 1.</summary>
    public static double[] Levels(IReadOnlyList<double> p)
    {
        double[] levels = new double[p.Count];
        double rest = Alpha / p.Count;
        bool stopped = false;
        foreach (var (rank, (index, value)) in p.Index().OrderBy(v => double.IsNaN(v.Item) ? 1 : v.Item).Index())
        {
            if (!stopped) rest = Alpha / (p.Count - rank);
            levels[index] = 1 - rest;
            stopped |= !(value < rest);
        }

        return levels;
    }
}
