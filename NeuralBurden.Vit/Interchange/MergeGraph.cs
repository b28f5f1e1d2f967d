using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Formats.Onnx;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Interchange;

/// <summary>A merge as ONNX nodes: the match of its kind, then the fusion of <see cref="TokenFusing"/>.</summary>
internal static class MergeGraph
{
    /// <summary>The tokens that the merge at a place leaves; the tokens themselves where none is planned.</summary>
    /// <param name="attention">Null before the first block.</param>
    /// <exception cref="SettingException">The merging has no ONNX form; names it.</exception>
    public static GraphTokens Merge(
        TokenMerging? merging, int place, VitShape shape, in GraphTokens state, GraphAttention? attention)
    {
        int r = merging?.Plan.RemovedAt(place) ?? 0;
        if (r == 0) return state;
        var match = merging switch
        {
            BipartiteMerging m => BipartiteGraph.Match(m, state, attention, shape.Extra, r),
            EnergyMerging m => EnergyGraph.Match(m, place, state, attention, shape.Extra, r),
            ClassAttentionMerging => ClassAttentionGraph.Match(state, attention!.Value, shape.Extra, r),
            BlindMerging m => BlindMatch(m, place, state, shape.Extra, r),
            _ => throw new SettingException(
                "tokens.merge", $"'{merging!.Name}' has no ONNX form; those of 'nb merges' have one"),
        };
        return Fuse(merging, state, match, r);
    }

    /// <summary>[B, T, D]: the vectors whose cosine decides, of length 1; those of length 0 stay 0.</summary>
    public static OnnxValue Directions(MergeMetric metric, in GraphTokens state, GraphAttention? attention)
    {
        var vectors = attention is { } a && metric == MergeMetric.Keys ? a.Keys.Mean(1) : state.Tokens;
        return vectors / vectors.Norm(-1).Max(vectors.Graph.Scalar(1e-30f));
    }

    private static GraphMatch BlindMatch(BlindMerging merging, int place, in GraphTokens state, int first, int r)
    {
        int left = state.Count - r;
        int[] map = merging.EvaluationMap(state.Count, first, place, r);
        bool drops = map.Contains(-1);
        var graph = state.Tokens.Graph;
        var row = graph.Row($"{graph.Scope}map", [.. map.Select(position => position < 0 ? left : (long)position)]);
        return new GraphMatch(state.Tokens, state.Sizes, row, graph.Integers(left), Drops: drops);
    }

    private static GraphTokens Fuse(TokenMerging merging, in GraphTokens state, in GraphMatch match, int r)
    {
        var graph = state.Tokens.Graph;
        var ones = match.Tokens.Shape(0, 2).Concat(0, graph.Integers(1)).Filled(1f);
        var sizes = Sum(match.Sizes ?? ones, match);
        // A group of size 0 is padding, and its sum is 0.
        var divisor = merging.Ragged ? sizes.Max(graph.Scalar(1)) : sizes;
        OnnxValue tokens;
        if (merging.Fusion == TokenFusion.WeightedSum)
        {
            tokens = Sum(match.Tokens * match.Weights!.Value, match);
        }
        else
        {
            tokens = Sum(Sized(match.Tokens, match), match) / divisor;
            if (merging.Fusion == TokenFusion.NormPreserving)
            {
                var norm = Sum(Sized(match.Tokens.Norm(-1), match), match) / divisor;
                tokens = tokens * (norm / tokens.Norm(-1).Max(graph.Scalar(1e-30f)));
            }
        }

        OnnxValue? bias = null;
        if (merging.ProportionalAttention) bias = sizes.Squeeze(2).Log();
        else if (merging.Ragged)
            bias = (sizes.Squeeze(2) > graph.Scalar(0)).Where(graph.Scalar(0), graph.Scalar(float.NegativeInfinity));
        return new GraphTokens(tokens, sizes, bias, state.Count - r);
    }

    private static OnnxValue Sized(OnnxValue values, in GraphMatch match) =>
        match.Sizes is { } sizes ? values * sizes : values;

    /// <summary>[B, T, K] to [B, T', K]: sums over the tokens of each group.</summary>
    private static OnnxValue Sum(OnnxValue values, in GraphMatch match)
    {
        var graph = values.Graph;
        // Dropped tokens are summed in a row of their own behind the others, which is cut off.
        var rows = match.Drops ? match.Left + graph.Integers(1) : match.Left;
        var zeros = values.Shape(0, 1).Concat(0, rows).Concat(0, values.Shape(2, 3)).Filled(0f);
        var sums = zeros.Scatter(match.Map.Unsqueeze(2).Expand(values.Shape()), values, add: true);
        return match.Drops ? sums.Slice(1, 0, match.Left) : sums;
    }
}
