using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// The bias of attention that hides padding without weighing tokens: bias[i] = 0 where sizes[i] > 0, else -infinity.
    /// Any shape; a NaN size counts as padding.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void PaddingBias(in Tensor sizes, in Tensor bias)
    {
        const string op = "PaddingBias";
        Require.On(this, op, "sizes", sizes, ElementType.Float32);
        Require.Floats(this, op, "bias", bias, sizes.Shape);
        Require.Disjoint(op, "sizes", sizes, "bias", bias);
        if (sizes.Count > 0) PaddingBiasCore(sizes, bias);
    }

    protected abstract void PaddingBiasCore(in Tensor sizes, in Tensor bias);
}
