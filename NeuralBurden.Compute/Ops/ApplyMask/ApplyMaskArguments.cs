using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.ApplyMask;

/// <summary>
/// y[i] = bit i of mask ? x[i] : +0, over the flattened elements; a masked NaN becomes 0 too. mask: see
/// <see cref="MaskWords"/>. y may be x.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit.</exception>
public readonly record struct ApplyMaskArguments(Tensor X, Tensor Mask, Tensor Y)
{
    internal bool Check(Require require)
    {
        require.Floats(X);
        require.Indices(Mask, new Shape(MaskWords.DeviceWordCount(X.Count)));
        require.Floats(Y, X.Shape);
        return X.Count > 0;
    }
}
