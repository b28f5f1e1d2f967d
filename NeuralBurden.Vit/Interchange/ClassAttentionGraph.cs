namespace NeuralBurden.Vit.Interchange;

/// <summary>
/// <see cref="Compute.Devices.Device.ClassAttention"/> and <see cref="Compute.Devices.Device.SelectTokens"/> (arXiv
/// 2202.07800) as ONNX nodes.
/// </summary>
internal static class ClassAttentionGraph
{
    public static GraphMatch Match(in GraphTokens state, in GraphAttention attention, int first, int r)
    {
        var graph = state.Tokens.Graph;
        int left = state.Count - r;
        var scores = attention.Probabilities.Take(2, 0).Mean(1);
        // Class token and registers stay whatever their scores are: no attention is above 1.
        float[] raised = [.. Enumerable.Range(0, state.Count).Select(n => n < first ? 2f : 0)];
        // Beside the kept tokens there is the fused one.
        var (_, kept) = (scores + graph.Weight($"{graph.Scope}stay_first", [1, state.Count], raised)).TopK(left - 1);
        var staying = scores.Shape().Filled(0L).Scatter(kept, kept.Shape().Filled(1L));
        var stays = staying > graph.Integers(0);
        var map = stays.Where(staying.CumulativeSum(1) - graph.Integers(1), graph.Integers(left - 1));
        var weights = stays.Where(graph.Scalar(1), scores).Unsqueeze(2);
        return new GraphMatch(state.Tokens, state.Sizes, map, graph.Integers(left), weights);
    }
}
