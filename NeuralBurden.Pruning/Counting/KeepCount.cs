namespace NeuralBurden.Pruning.Counting;

/// <summary>
/// How many of n units stay at sparsity s. One definition, used by every distribution and pattern.
/// </summary>
public static class KeepCount
{
    /// <summary>Share of every segment that global selection leaves alone at least (method.md 2.2).</summary>
    public const double MinimumShare = 0.005;

    /// <summary>n - round(s n), halves away from zero; exact at s = 0 and s = 1.</summary>
    public static long Of(long units, double sparsity) =>
        units - (long)Math.Round(sparsity * units, MidpointRounding.AwayFromZero);

    /// <summary>
    /// The least a segment keeps under a global threshold: 0.5 % of it but no more than its uniform share, at
    /// least one unit. The cap makes global equal uniform where there is one tensor.
    /// </summary>
    public static int Minimum(int units, double sparsity)
    {
        long share = (long)Math.Ceiling(units * MinimumShare);
        return (int)Math.Max(1, Math.Min(share, Of(units, sparsity)));
    }
}
