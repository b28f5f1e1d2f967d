using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>Most tokens that one bipartite matching can merge away: floor((T - protected) / 2).</summary>
    public static int MaximalMerges(int tokens, bool protectFirst) => (tokens - (protectFirst ? 1 : 0)) / 2;

    /// <summary>
    /// Bipartite soft matching (arXiv 2210.09461) as a map from tokens to the tokens that remain. A = even positions,
    /// B = odd positions; each a in A picks the b of highest cosine similarity; the r tokens of A with the highest
    /// such similarity merge into their b. The result keeps the other tokens of A in order, then all of B in order:
    /// map[b, n] is the position of token n's group, in [0, T - r).
    /// metric [B, T, D]; sizes [B, T] or none, where size 0 marks padding, which stands at the end of an image: it
    /// maps to -1 and is nobody's partner; map int32 [B, T]. With a threshold an image may merge fewer than r pairs and
    /// so need more positions than another. Ties go to the lower index. A token of zero norm has similarity 0 to all; a
    /// similarity that is not finite ranks below all finite ones.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// r outside [0, <see cref="MaximalMerges"/>], or shapes that do not fit.
    /// </exception>
    public void MatchTokens(in Tensor metric, in Tensor sizes, in MatchRule rule, in Tensor map)
    {
        const string op = "MatchTokens";
        Require.Rank(this, op, "metric", metric, 3);
        int b = metric.Shape[0], t = metric.Shape[1], d = metric.Shape[2], most = MaximalMerges(t, rule.ProtectFirst);
        if (rule.R < 0 || rule.R > most)
            throw new ArgumentException($"{op}: r is {rule.R}; allowed 0 to {most} for {t} tokens");
        Require.OptionalFloats(this, op, "sizes", sizes, new Shape(b, t));
        Require.Indices(this, op, "map", map, new Shape(b, t));
        if (map.Count > 0) MatchTokensCore(b, t, d, metric, sizes, rule, map);
    }

    protected abstract void MatchTokensCore(
        int b, int t, int d, in Tensor metric, in Tensor sizes, in MatchRule rule, in Tensor map);
}
