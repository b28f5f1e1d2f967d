using NeuralBurden.Vit.Model.Merging;

namespace NeuralBurden.Vit.Interchange;

/// <summary><see cref="Compute.Devices.Device.MatchByEnergy"/> (arXiv 2405.16148) as ONNX nodes.</summary>
internal static class EnergyGraph
{
    public static GraphMatch Match(
        EnergyMerging merging, int place, in GraphTokens state, GraphAttention? attention, int first, int r)
    {
        var graph = state.Tokens.Graph;
        var directions = MergeGraph.Directions(merging.Metric, state, attention);
        if (first > 0) directions = directions.Slice(1, first);
        var cosine = directions.MatMul(directions.Transpose(0, 2, 1));
        var (_, ranked) = (cosine - merging.MarginAt(place)).Elu().Mean(-1).TopK(2 * r);
        Formats.Onnx.OnnxValue source = ranked.Slice(1, 0, step: 2), target = ranked.Slice(1, 1, step: 2);
        // [B, r, r]: how near each source, a column, is to each target, a row.
        var near = cosine.GatherRows(source).Transpose(0, 2, 1).GatherRows(target);
        var partner = target.GatherElements(near.ArgMax(1));
        if (first > 0) (source, partner) = (source + graph.Integers(first), partner + graph.Integers(first));
        var staying = state.Tokens.Shape(0, 2).Filled(1L).Scatter(source, source.Shape().Filled(0L));
        var position = staying.CumulativeSum(1) - graph.Integers(1);
        var map = position.Scatter(source, position.GatherElements(partner));
        return new GraphMatch(state.Tokens, state.Sizes, map, graph.Integers(state.Count - r));
    }
}
