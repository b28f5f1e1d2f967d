using NeuralBurden.Vit.Formats.Onnx;
using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Vit.Interchange;

/// <summary>
/// <see cref="Compute.Devices.Device.MatchTokens"/> as ONNX nodes: ArgMax picks a partner for each even token, TopK the
/// pairs that merge. Scores are finite where the model's weights and images are.
/// </summary>
internal static class BipartiteGraph
{
    /// <param name="first">Tokens in front that never merge; the first of the others is in A where that is even.</param>
    public static GraphMatch Match(
        BipartiteMerging merging, in GraphTokens state, GraphAttention? attention, int first, int r)
    {
        int even = first + (first % 2), odd = first + 1 - (first % 2);
        var graph = state.Tokens.Graph;
        var directions = MergeGraph.Directions(merging.Metric, state, attention);
        var pairs = new Pairs(Every2nd(directions, even).MatMul(Every2nd(directions, odd).Transpose(0, 2, 1)), r);
        var sizes = state.Sizes is { } s ? Parts(s) : (OnnxValue?)null;
        var (map, left) = merging.Ragged
            ? Ragged(pairs, state.Sizes, first, merging)
            : Even(pairs, state.Count, first, merging);
        if (first > 0)
        {
            var front = graph.Row($"{graph.Scope}front", [.. Enumerable.Range(0, first).Select(n => (long)n)]);
            map = front.Expand(map.Shape(0, 1).Concat(0, graph.Integers(first))).Concat(1, map + graph.Integers(first));
            left += graph.Integers(first);
        }

        return new GraphMatch(Parts(state.Tokens), sizes, map, left, Drops: merging.Drop || merging.Ragged);

        OnnxValue Parts(OnnxValue tokens)
        {
            var parts = Every2nd(tokens, even).Concat(1, Every2nd(tokens, odd));
            return first > 0 ? tokens.Slice(1, 0, graph.Integers(first)).Concat(1, parts) : parts;
        }
    }

    private static OnnxValue Every2nd(OnnxValue tokens, int from) => tokens.Slice(1, from, step: 2);

    // The same number of tokens goes from every image.
    private static (OnnxValue Map, OnnxValue Left) Even(in Pairs pairs, int tokens, int first, BipartiteMerging merging)
    {
        var graph = pairs.Similarity.Graph;
        int odds = (tokens / 2) - (first / 2), kept = tokens - first - odds - pairs.R;
        var (_, chosen) = pairs.Similarity.Maximum(-1).TopK(pairs.R);
        var merged = pairs.Best.Shape().Filled(0L).Scatter(chosen, chosen.Shape().Filled(1L));
        var left = graph.Integers(kept + odds);
        var partner = merging.Drop ? left : pairs.Best + graph.Integers(kept);
        var even = (merged > graph.Integers(0)).Where(partner, Positions(graph.Integers(1) - merged));
        var odd = graph.Row($"{graph.Scope}odd", [.. Enumerable.Range(kept, odds).Select(position => (long)position)]);
        return (even.Concat(1, odd.Expand(even.Shape(0, 1).Concat(0, graph.Integers(odds)))), left);
    }

    // Only pairs above the threshold merge, and images end in padding of size 0, which is nobody's partner.
    private static (OnnxValue Map, OnnxValue Left) Ragged(
        in Pairs pairs, OnnxValue? sizes, int first, BipartiteMerging merging)
    {
        var graph = pairs.Similarity.Graph;
        OnnxValue zero = graph.Integers(0), one = graph.Integers(1), two = graph.Integers(2);
        OnnxValue never = graph.Scalar(float.NegativeInfinity);
        OnnxValue evenPlace = Places(pairs.Similarity, 1), oddPlace = Places(pairs.Similarity, 2);
        // [B, 1] tokens that are no padding; one row stands for all images before the first merge.
        var real = sizes is { } s
            ? (s.Squeeze(2) > graph.Scalar(0)).ToInteger().Sum(1, keep: true)
            : (pairs.Similarity.Shape(1, 2) + pairs.Similarity.Shape(2, 3) + graph.Integers(first)).Unsqueeze(0);
        // Of these, behind the first ones.
        OnnxValue evens = ((real + one) / two) - graph.Integers((first + 1) / 2), odds = (real / two) - graph.Integers(first / 2);
        OnnxValue evenReal = evenPlace < evens, oddReal = oddPlace < odds;
        var seen = pairs with { Similarity = oddReal.Unsqueeze(1).Where(pairs.Similarity, never) };
        var (values, chosen) = evenReal.Where(seen.Similarity.Maximum(-1), never).TopK(pairs.R);
        var above = (values > graph.Scalar(merging.Threshold)).ToInteger();
        var merged = seen.Best.Shape().Filled(0L).Scatter(chosen, above);
        var staying = evenReal.ToInteger().Expand(merged.Shape()) - merged;
        var kept = staying.Sum(1, keep: true);
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
    private readonly record struct Pairs(OnnxValue Similarity, int R)
    {
        /// <summary>[B, A]: the odd token that each even one would join.</summary>
        public OnnxValue Best => Similarity.ArgMax(-1);
    }
}
