using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Sparse;

/// <summary>Where the gradients of <see cref="SparseMlpWeights"/> go.</summary>
/// <param name="Fc1">[F, C].</param>
/// <param name="Sampled1">Whether only kept weights of Fc1 need theirs; the others get 0.</param>
/// <param name="Bias1">[F].</param>
/// <param name="Fc2">[C, F].</param>
/// <param name="Sampled2">As <paramref name="Sampled1"/>, for Fc2.</param>
/// <param name="Bias2">[C].</param>
public readonly record struct SparseMlpGradients(
    Tensor Fc1, bool Sampled1, Tensor Bias1, Tensor Fc2, bool Sampled2, Tensor Bias2);
