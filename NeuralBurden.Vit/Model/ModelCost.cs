using NeuralBurden.Compute.Ops.Attention;
using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// Multiply-adds of one image's forward pass: every matrix product, attention's scores and values, and the
/// similarities of token matching; 1 multiply-add is 2 FLOP. Agrees with what the reference device counts.
/// </summary>
public static class ModelCost
{
    /// <param name="model">Gives extents and merging.</param>
    /// <param name="kept">Kept weights of a matrix: all of them for the executed dense cost.</param>
    public static long MultiplyAdds(VisionTransformer model, Func<Parameter, long> kept)
    {
        var shape = model.Shape;
        int tokens = shape.Tokens;
        long total = GemmContract.CostOf(shape.Patches, shape.Dim, shape.PatchDim).MultiplyAdds;
        total += Merge(0, ref tokens);
        for (int i = 0; i < model.Blocks.Count; i++)
        {
            var block = model.Blocks[i];
            total += tokens * (kept(block.Qkv.Weight) + kept(block.Projection.Weight));
            total += AttentionContract.CostOf(1, tokens, shape.Heads, shape.HeadDim).MultiplyAdds;
            total += Merge(i + 1, ref tokens);
            total += tokens * (kept(block.Fc1.Weight) + kept(block.Fc2.Weight));
        }

        return total + ((long)shape.Dim * shape.Classes);

        long Merge(int place, ref int count)
        {
            int r = model.Merging?.RemovedAt(place, count) ?? 0;
            if (r == 0) return 0;
            long cost = model.Merging!.MatchCost(count, model.Merging.MetricDim(place, shape.Dim, shape.Heads));
            count -= r;
            return cost;
        }
    }

    /// <summary>Tokens at the MLP of each block.</summary>
    public static IReadOnlyList<int> TokensPerLayer(VisionTransformer model)
    {
        int tokens = model.Shape.Tokens - (model.Merging?.RemovedAt(0, model.Shape.Tokens) ?? 0);
        var counts = new int[model.Blocks.Count];
        for (int i = 0; i < counts.Length; i++)
        {
            tokens -= model.Merging?.RemovedAt(i + 1, tokens) ?? 0;
            counts[i] = tokens;
        }

        return counts;
    }
}
