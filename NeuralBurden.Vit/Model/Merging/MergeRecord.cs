using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>One merge as it happened: enough for its backward, for doing it again, and for a picture of it.</summary>
/// <param name="Match">Which tokens became one.</param>
/// <param name="Fusion">How.</param>
/// <param name="Tokens">[B, T, C] before the merge.</param>
/// <param name="Sizes">[B, T] before the merge; none means 1.</param>
/// <param name="MergedSizes">[B, T'] after it.</param>
/// <param name="Mean">[B, T', C] means of the groups; none where the fusion needs no more than the sizes.</param>
public readonly record struct MergeRecord(
    TokenMatch Match, TokenFusion Fusion, Tensor Tokens, Tensor Sizes, Tensor MergedSizes, Tensor Mean)
{
    public static MergeRecord None => default;

    public bool Happened => !Match.Map.IsNone;
}
