using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Patterns;

namespace NeuralBurden.Pruning.Selection;

/// <summary>
/// The sparsity that a pattern and a distribution come to where one is asked for: units are whole, every matrix keeps
/// some, and groups at the end of a row are shorter.
/// </summary>
public static class Reach
{
    // A share of units that nobody could mean when asking for a sparsity.
    private const double Negligible = 1e-3, Coarse = 1e-2;

    /// <summary>Share of units that are pruned when <paramref name="sparsity"/> is asked for.</summary>
    /// <param name="pattern">Attached to its matrices.</param>
    public static double At(Pattern pattern, Distribution distribution, double sparsity) =>
        1 - ((double)Kept(pattern, distribution, sparsity) / pattern.TotalUnits);

    /// <summary>Refuses a sparsity that what must be kept or the size of units puts out of reach.</summary>
    /// <exception cref="SettingException">Names the most that can be reached, or the nearest.</exception>
    public static void Require(Pattern pattern, Distribution distribution, double sparsity)
    {
        long total = pattern.TotalUnits, excess = Kept(pattern, distribution, sparsity) - KeepCount.Of(total, sparsity);
        double share = (double)excess / total;
        // Shares are rounded matrix by matrix, but for one threshold over all of them.
        double rounding = distribution.IsGlobal || pattern is NofMPattern ? 0 : 0.5 * pattern.Segments.Length;
        if (share <= Negligible || (excess <= rounding && share <= Coarse)) return;
        double most = InWeights(pattern, distribution, 1 - 1e-12), reached = InWeights(pattern, distribution, sparsity);
        var smallest = pattern.Segments.MinBy(s => s.Units);
        string why = $"{pattern.Name}, the smallest matrix of {smallest.Rows} x {smallest.Columns} in "
            + $"{smallest.Units} {(smallest.Units == 1 ? "unit" : "units")}";
        throw new SettingException("sparsity", sparsity, sparsity > most
            ? $"at most {Text(most)} ({why})"
            : $"{Text(reached)}, what it comes to, or up to {Text(most)} ({why})");
    }

    // The most weights that can go with so many units: those kept are the smallest.
    private static double InWeights(Pattern pattern, Distribution distribution, double sparsity)
    {
        if (pattern.IsUnstructured) return At(pattern, distribution, sparsity);
        long spare = Kept(pattern, distribution, sparsity) - pattern.Segments.Length, all = 0, kept = 0;
        var others = new List<int>();
        for (int s = 0; s < pattern.Segments.Length; s++)
        {
            int[] sizes = [.. Enumerable.Range(0, pattern.Segments[s].Units).Select(u => pattern.WeightsOf(s, u)).Order()];
            all += sizes.Sum(size => (long)size);
            // One of every segment stays, whatever the distribution.
            kept += sizes[0];
            others.AddRange(sizes[1..]);
        }

        return 1 - ((double)(kept + others.Order().Take((int)Math.Max(0, spare)).Sum(size => (long)size)) / all);
    }

    private static double Text(double sparsity) => Math.Floor((1e4 * sparsity) + 1e-6) / 1e4;

    private static long Kept(Pattern pattern, Distribution distribution, double sparsity)
    {
        if (pattern is NofMPattern groups) return KeptOfGroups(groups, sparsity);
        int[] keep = new int[pattern.Segments.Length];
        distribution.Allocate(sparsity, pattern.Segments, keep);
        long sum = keep.Sum(k => (long)k);
        return distribution.IsGlobal ? Math.Max(sum, KeepCount.Of(pattern.TotalUnits, sparsity)) : sum;
    }

    private static long KeptOfGroups(NofMPattern groups, double sparsity) => groups.Segments.Sum(matrix =>
        (long)matrix.Rows * ((long)(matrix.Columns / groups.M * groups.Keep(groups.M, sparsity))
            + groups.Keep(matrix.Columns % groups.M, sparsity)));
}
