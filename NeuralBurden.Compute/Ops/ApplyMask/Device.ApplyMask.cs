using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// y[i] = bit i of mask ? x[i] : +0, over the flattened elements; a masked NaN becomes 0 too. mask: see
    /// <see cref="MaskWords"/>. y may be x.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    public void ApplyMask(in Tensor x, in Tensor mask, in Tensor y)
    {
        Require.On(this, "ApplyMask", "x", x, ElementType.Float32);
        Require.Indices(this, "ApplyMask", "mask", mask, new Shape(MaskWords.DeviceWordCount(x.Count)));
        Require.Floats(this, "ApplyMask", "y", y, x.Shape);
        if (x.Count > 0) ApplyMaskCore(x, mask, y);
    }

    protected abstract void ApplyMaskCore(in Tensor x, in Tensor mask, in Tensor y);
}
