using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.PaddingBias;

/// <summary>
/// The bias of attention that hides padding without weighing tokens: bias[i] = 0 where sizes[i] > 0, else -infinity.
/// Any shape; a NaN size counts as padding.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct PaddingBiasArguments(Tensor Sizes, Tensor Bias)
{
    internal bool Check(Require require)
    {
        require.Floats(Sizes);
        require.Floats(Bias, Sizes.Shape);
        require.Disjoint(Sizes, Bias);
        return Sizes.Count > 0;
    }
}
