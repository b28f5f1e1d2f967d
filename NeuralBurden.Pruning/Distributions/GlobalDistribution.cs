using NeuralBurden.Pruning.Counting;

namespace NeuralBurden.Pruning.Distributions;

/// <summary>
/// One threshold over all segments; each keeps at least 0.5 % of itself (but no more than its uniform share)
/// and at least one unit, so that no small layer is emptied. The floor is that of a stored matrix: queries, keys and
/// values, which are one, have it together.
/// </summary>
/// <param name="normalised">
/// Whether a score is first divided by the norm of its segment's scores, as jaxpruner's global pruners do (arXiv
/// 2304.14082). Without it matrices compete by raw size, so that those of small initial scale go first.
/// </param>
public sealed class GlobalDistribution(bool normalised = false) : Distribution
{
    public override string Name => normalised ? "global-normalised" : "global";

    public override bool IsNormalised => normalised;

    public override bool IsGlobal => true;

    public override void Allocate(double sparsity, ReadOnlySpan<Segment> segments, Span<int> keep)
    {
        for (int i = 0; i < segments.Length; i++) keep[i] = KeepCount.Minimum(segments[i].Units, sparsity);
    }
}
