using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Benchmarks;

/// <summary>Of the products by masked matrices, those by kernels that skip pruned weights.</summary>
/// <param name="Matrices">Under masks.</param>
/// <param name="Forward">y = x W^T.</param>
/// <param name="InputGradient">dX = dY W.</param>
public readonly record struct SkippingProducts(int Matrices, int Forward, int InputGradient)
{
    internal static SkippingProducts Of(IReadOnlyList<LayerKernels> kernels) => new(
        kernels.Count,
        kernels.Count(k => k.Forward == LayerKernels.Sparse),
        kernels.Count(k => k.InputGradient == LayerKernels.Sparse));
}
