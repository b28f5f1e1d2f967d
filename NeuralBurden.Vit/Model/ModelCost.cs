using NeuralBurden.Compute.Contracts;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// Multiply-adds of one image's forward pass: every matrix product, attention's scores and values, and the
/// decision which tokens merge; 1 multiply-add is 2 FLOP. Agrees with what the reference device counts. Token counts
/// are those of the merge plan; of a ragged merging, those of the model's last pass, padding included.
/// </summary>
public static class ModelCost
{
    /// <param name="model">Gives extents and merging.</param>
    /// <param name="kept">Kept weights of a matrix: all of them for the executed dense cost.</param>
    /// <param name="merges">Whether its passes merge.</param>
    public static long MultiplyAdds(VisionTransformer model, Func<Parameter, long> kept, bool merges = true)
    {
        var shape = model.Shape;
        int[] after = TokensAfter(model, merges);
        long total = GemmContract.CostOf(shape.Patches, shape.Dim, shape.PatchDim).MultiplyAdds + Match(0, shape.Tokens);
        for (int i = 0; i < model.Blocks.Count; i++)
        {
            var block = model.Blocks[i];
            total += after[i] * (kept(block.Qkv.Weight) + kept(block.Projection.Weight));
            total += AttentionContract.CostOf(1, after[i], shape.Block(i).Heads, shape.HeadDim).MultiplyAdds;
            total += Match(i + 1, after[i]);
            total += after[i + 1] * (kept(block.Fc1.Weight) + kept(block.Fc2.Weight));
        }

        return total + ((long)shape.Dim * shape.Classes * (shape.Variant.Readout == Readout.Distilled ? 2 : 1));

        long Match(int place, int tokens) =>
            merges && model.Merging is { } merging && merging.Plan.RemovedAt(place) > 0
                ? merging.MatchCost(place, tokens, shape)
                : 0;
    }

    /// <summary>Tokens at the MLP of each block.</summary>
    public static IReadOnlyList<int> TokensPerLayer(VisionTransformer model, bool merges = true) =>
        TokensAfter(model, merges)[1..];

    // [l]: tokens after place l.
    private static int[] TokensAfter(VisionTransformer model, bool merges)
    {
        int[] counts = new int[model.Blocks.Count + 1];
        var merging = merges ? model.Merging : null;
        bool measured = merging is { Ragged: true } && !model.Blocks[0].Activations.Input.Tokens.IsNone;
        int tokens = model.Shape.Tokens;
        for (int place = 0; place < counts.Length; place++)
        {
            tokens -= merging?.Plan.RemovedAt(place) ?? 0;
            counts[place] = !measured ? tokens
                : place == 0 ? model.Blocks[0].Activations.Input.Count
                : model.Blocks[place - 1].Activations.MlpInput.Count;
        }

        return counts;
    }
}
