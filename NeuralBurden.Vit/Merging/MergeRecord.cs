using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Merging;

/// <summary>One merge as it happened, enough to undo it in backward.</summary>
/// <param name="Map">int32 [B, T]: token n went to position map[n] of the result, -1 where it was dropped.</param>
/// <param name="Sizes">[B, T] before the merge; none means 1.</param>
/// <param name="MergedSizes">[B, T'] after it.</param>
public readonly record struct MergeRecord(Tensor Map, Tensor Sizes, Tensor MergedSizes)
{
    public static MergeRecord None => default;

    public bool Happened => !Map.IsNone;
}
