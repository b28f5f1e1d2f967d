using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// norm[0] = |counted|, the Euclidean norm over all elements; where it exceeds <paramref name="maximum"/>, g is scaled
    /// by maximum / norm in place. A maximum of +infinity only measures. A non-finite norm is reported and leaves g
    /// as it is. <paramref name="counted"/> is g itself, or the part of it that the norm is to see.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// counted has not the shape of g, norm is not [1], or the maximum is not positive.
    /// </exception>
    public void ClipByNorm(in Tensor g, in Tensor counted, float maximum, in Tensor norm)
    {
        Require.On(this, "ClipByNorm", "g", g, ElementType.Float32);
        Require.Floats(this, "ClipByNorm", "counted", counted, g.Shape);
        Require.Floats(this, "ClipByNorm", "norm", norm, new Shape(1));
        Require.That(maximum > 0, "ClipByNorm", "the maximum must be positive");
        ClipByNormCore(g, counted, maximum, norm);
    }

    protected abstract void ClipByNormCore(in Tensor g, in Tensor counted, float maximum, in Tensor norm);
}
