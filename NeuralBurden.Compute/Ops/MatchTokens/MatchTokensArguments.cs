using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.MatchTokens;

/// <summary>
/// Bipartite soft matching (arXiv 2210.09461) as a map from tokens to the tokens that remain. Of the tokens behind the
/// protected ones, A = even positions, B = odd positions; each a in A picks the b of highest cosine similarity; the r tokens
/// of A with the highest such similarity merge into their b. The result keeps the protected tokens in their places, then the
/// other tokens of A in order, then all of B in order: map[b, n] is the position of token n's group, in [0, T - r).
/// metric [B, T, D]; sizes [B, T] or none, where size 0 marks padding, which stands at the end of an image: it
/// maps to -1 and is nobody's partner; map int32 [B, T]. With a threshold an image may merge fewer than r pairs and
/// so need more positions than another. Ties go to the lower index. A token of zero norm has similarity 0 to all; a
/// similarity that is not finite ranks below all finite ones.
/// </summary>
/// <exception cref="ArgumentException">
/// r outside [0, <see cref="MatchRule.MaximalMerges"/>], or shapes that do not fit.
/// </exception>
public readonly record struct MatchTokensArguments(Tensor Metric, Tensor Sizes, MatchRule Rule, Tensor Map)
{
    internal (int B, int T, int D) Extents => (Metric.Shape[0], Metric.Shape[1], Metric.Shape[2]);

    internal bool Check(Require require)
    {
        require.Rank(Metric, 3);
        var (b, t, d) = Extents;
        require.That(Rule.Protected >= 0 && Rule.Protected <= t, "'Rule' protects more tokens than there are");
        int most = MatchRule.MaximalMerges(t, Rule.Protected);
        if (Rule.R < 0 || Rule.R > most)
            throw new ArgumentException($"MatchTokens: r is {Rule.R}; allowed 0 to {most} for {t} tokens");
        require.OptionalFloats(Sizes, new Shape(b, t));
        require.Indices(Map, new Shape(b, t));
        return Map.Count > 0;
    }
}
