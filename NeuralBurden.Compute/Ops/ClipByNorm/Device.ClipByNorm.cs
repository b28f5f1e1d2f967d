using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// norm[0] = |g|, the Euclidean norm over all elements; where it exceeds <paramref name="maximum"/>, g is scaled
    /// by maximum / norm in place. A maximum of +infinity only measures. A non-finite norm is reported and leaves g
    /// as it is.
    /// </summary>
    /// <exception cref="ArgumentException">norm is not [1], or the maximum is not positive.</exception>
    public void ClipByNorm(in Tensor g, float maximum, in Tensor norm)
    {
        Require.On(this, "ClipByNorm", "g", g, ElementType.Float32);
        Require.Floats(this, "ClipByNorm", "norm", norm, new Shape(1));
        Require.That(maximum > 0, "ClipByNorm", "the maximum must be positive");
        ClipByNormCore(g, maximum, norm);
    }

    protected abstract void ClipByNormCore(in Tensor g, float maximum, in Tensor norm);
}
