using NeuralBurden.Pruning.Selection;

namespace NeuralBurden.Pruning.Parts.Distributions;

/// <summary>
/// One threshold over all segments; each keeps at least 0.5 % of itself (but no more than its uniform share)
/// and at least one unit, so that no small layer is emptied.
/// </summary>
public sealed class GlobalDistribution : Distribution
{
    public override string Name => "global";

    public override bool IsGlobal => true;

    public override void Allocate(double sparsity, ReadOnlySpan<Segment> segments, Span<int> keep)
    {
        for (var i = 0; i < segments.Length; i++) keep[i] = KeepCount.Minimum(segments[i].Units, sparsity);
    }
}
