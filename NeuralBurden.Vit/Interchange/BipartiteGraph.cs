using NeuralBurden.Vit.Formats.Onnx;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Vit.Interchange;

/// <summary>
/// <see cref="Compute.Devices.Device.MatchTokens"/> as ONNX nodes: ArgMax picks a partner for each even token, TopK the
/// pairs that merge. Scores are finite where the model's weights and images are.
/// </summary>
internal static class BipartiteGraph
{
    public static GraphMatch Match(
        BipartiteMerging merging, in GraphTokens state, GraphAttention? attention, bool classToken, int r)
    {
        var directions = MergeGraph.Directions(merging.Metric, state, attention);
        OnnxValue even = directions.Slice(1, 0, step: 2), odd = directions.Slice(1, 1, step: 2);
        var pairs = new Pairs(even.MatMul(odd.Transpose(0, 2, 1)), classToken ? 1 : 0, r);
        var tokens = state.Tokens.Slice(1, 0, step: 2).Concat(1, state.Tokens.Slice(1, 1, step: 2));
        var sizes = state.Sizes?.Slice(1, 0, step: 2).Concat(1, state.Sizes.Value.Slice(1, 1, step: 2));
        var (map, left) = merging.Ragged
            ? Ragged(pairs, state.Sizes, merging)
            : Even(pairs, state.Count, merging);
        return new GraphMatch(tokens, sizes, map, left, Drops: merging.Drop || merging.Ragged);
    }

    // The same number of tokens goes from every image.
    private static (OnnxValue Map, OnnxValue Left) Even(in Pairs pairs, int tokens, BipartiteMerging merging)
    {
        var graph = pairs.Similarity.Graph;
        int evens = (tokens + 1) / 2, odds = tokens / 2, kept = evens - pairs.R;
        var (_, chosen) = pairs.Highest(pairs.Similarity.Maximum(-1));
        var merged = pairs.Best.Shape().Filled(0L).Scatter(chosen, chosen.Shape().Filled(1L));
        var left = graph.Integers(kept + odds);
        var partner = merging.Drop ? left : pairs.Best + graph.Integers(kept);
        var even = (merged > graph.Integers(0)).Where(partner, Positions(graph.Integers(1) - merged));
        var odd = graph.Row($"{graph.Scope}odd", [.. Enumerable.Range(kept, odds).Select(position => (long)position)]);
        return (even.Concat(1, odd.Expand(even.Shape(0, 1).Concat(0, graph.Integers(odds)))), left);
    }

    // Only pairs above the threshold merge, and images end in padding of size 0, which is nobody's partner.
    private static (OnnxValue Map, OnnxValue Left) Ragged(in Pairs pairs, OnnxValue? sizes, BipartiteMerging merging)
    {
        var graph = pairs.Similarity.Graph;
        OnnxValue zero = graph.Integers(0), one = graph.Integers(1), two = graph.Integers(2);
        OnnxValue never = graph.Scalar(float.NegativeInfinity);
        OnnxValue evenPlace = Places(pairs.Similarity, 1), oddPlace = Places(pairs.Similarity, 2);
        // [B, 1] tokens that are no padding; one row stands for all images before the first merge.
        var real = sizes is { } s
            ? (s.Squeeze(2) > graph.Scalar(0)).ToInteger().Sum(1, keep: true)
            : (pairs.Similarity.Shape(1, 2) + pairs.Similarity.Shape(2, 3)).Unsqueeze(0);
        OnnxValue evenReal = evenPlace < (real + one) / two, oddReal = oddPlace < real / two;
        var seen = pairs with { Similarity = oddReal.Unsqueeze(1).Where(pairs.Similarity, never) };
        var (values, chosen) = seen.Highest(evenReal.Where(seen.Similarity.Maximum(-1), never));
        var above = (values > graph.Scalar(merging.Threshold)).ToInteger();
        var merged = seen.Best.Shape().Filled(0L).Scatter(chosen, above);
        var staying = evenReal.ToInteger().Expand(merged.Shape()) - merged;
        OnnxValue kept = staying.Sum(1, keep: true), odds = oddReal.ToInteger().Sum(1, keep: true);
        var left = (kept + odds).Maximum(0);
        var even = (merged > zero).Where(
            merging.Drop ? left : kept + seen.Best, (staying > zero).Where(Positions(staying), left));
        var odd = oddReal.Where(kept + oddPlace, left);
        return (even.Concat(1, odd), left);
    }

    // Those before each that stay.
    private static OnnxValue Positions(OnnxValue staying) => staying.CumulativeSum(1) - staying.Graph.Integers(1);

    // 0, 1, 2, ... along an axis, as [1, n].
    private static OnnxValue Places(OnnxValue values, int axis) =>
        (values.Shape(axis, axis + 1).Filled(1L).CumulativeSum(0) - values.Graph.Integers(1)).Unsqueeze(0);

    /// <param name="Similarity">[B, A, B].</param>
    /// <param name="First">1 where token 0, the first of A, never merges.</param>
    private readonly record struct Pairs(OnnxValue Similarity, int First, int R)
    {
        /// <summary>[B, A]: the odd token that each even one would join.</summary>
        public OnnxValue Best => Similarity.ArgMax(-1);

        /// <summary>The r highest scores of those that may merge, and their even tokens.</summary>
        public (OnnxValue Values, OnnxValue Indices) Highest(OnnxValue scores)
        {
            if (First == 0) return scores.TopK(R);
            var (values, indices) = scores.Slice(1, First).TopK(R);
            return (values, indices + scores.Graph.Integers(First));
        }
    }
}
