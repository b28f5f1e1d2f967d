using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model.Merging;

/// <summary>Which tokens become one.</summary>
/// <param name="Map">int32 [B, T]: token n goes to position map[n] of the result, -1 where it is dropped or padding.</param>
/// <param name="Left">T', tokens per image of the result, padding included.</param>
/// <param name="Weights">[B, T] weights of <see cref="TokenFusion.WeightedSum"/>; none for the others.</param>
public readonly record struct TokenMatch(Tensor Map, int Left, Tensor Weights = default);
