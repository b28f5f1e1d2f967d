using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Merging;

/// <summary>
/// Where and how a model merges tokens. Stateless: a pass over the same inputs merges the same tokens. The matching is
/// a constant for backward; gradient flows through the weighted mean (arXiv 2210.09461, 2407.16716).
/// </summary>
public abstract class TokenMerging
{
    /// <summary>Name in configs and results, such as <c>single-pass</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether later attention adds log(size) to the scores of each key.</summary>
    public abstract bool ProportionalAttention { get; }

    /// <summary>
    /// How many of <paramref name="tokens"/> tokens are merged away at a place: 0 = after the embedding, l = in block l
    /// (from 1) between attention and MLP.
    /// </summary>
    public abstract int RemovedAt(int place, int tokens);

    /// <summary>Writes the map [B, T] of a merge that leaves T - r tokens, see MergeTokens.</summary>
    public abstract void Match(in MergeContext context, int r, in Tensor map);

    /// <summary>Multiply-adds of one image's matching of T tokens with a metric of <paramref name="metricDim"/>.</summary>
    public abstract long MatchCost(int tokens, int metricDim);

    /// <summary>Channels of the metric: the head dimension for keys, the model's for tokens.</summary>
    public abstract int MetricDim(int place, int dim, int heads);
}
