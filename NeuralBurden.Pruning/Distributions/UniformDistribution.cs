using NeuralBurden.Pruning.Counting;

namespace NeuralBurden.Pruning.Distributions;

/// <summary>Every segment at the same sparsity; at least one unit each.</summary>
public sealed class UniformDistribution : Distribution
{
    public override string Name => "uniform";

    public override void Allocate(double sparsity, ReadOnlySpan<Segment> segments, Span<int> keep)
    {
        for (int i = 0; i < segments.Length; i++)
            keep[i] = (int)Math.Max(1, KeepCount.Of(segments[i].Units, sparsity));
    }
}
