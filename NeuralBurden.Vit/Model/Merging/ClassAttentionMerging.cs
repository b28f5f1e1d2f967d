using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>
/// EViT (arXiv 2202.07800): the tokens that the class token attends to most stay, all others become one token, the sum
/// of a_i x_i with their class attention a_i. Needs a class token and an attention, so not place 0.
/// </summary>
public sealed class ClassAttentionMerging(string name, MergePlan plan, bool proportionalAttention)
    : TokenMerging(name, plan, proportionalAttention)
{
    public override TokenFusion Fusion => TokenFusion.WeightedSum;

    public override TokenMatch Match(in MergeContext context, int r)
    {
        var (map, rows) = (context.TakeMap(), new Shape(context.State.Batch, context.State.Count));
        Tensor scores = context.Workspace.Take(rows), weights = context.Workspace.Take(rows);
        context.Device.ClassAttention(new(context.Qkv, context.State.KeyBias, scores));
        int left = context.State.Count - r;
        // Beside the kept tokens: the class token, registers and the fused one.
        context.Device.SelectTokens(new(scores, left - context.Protected - 1, context.Protected, map, weights));
        return new TokenMatch(map, left, weights);
    }

    public override long MatchCost(int place, int tokens, VitShape shape) =>
        ClassAttentionContract.CostOf(1, tokens, shape.Block(place - 1).Heads, shape.HeadDim).MultiplyAdds;
}
