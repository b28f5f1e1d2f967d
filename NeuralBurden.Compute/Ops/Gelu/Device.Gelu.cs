using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>y = gelu(x), element by element (erf form). y may be x.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Gelu(in Tensor x, in Tensor y)
    {
        Require.On(this, "Gelu", "x", x, ElementType.Float32);
        Require.Floats(this, "Gelu", "y", y, x.Shape);
        if (x.Count > 0) GeluCore(x, y);
    }

    /// <summary>dx = dy * gelu'(x), element by element. dx may be dy or x.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void GeluBackward(in Tensor dy, in Tensor x, in Tensor dx)
    {
        Require.On(this, "GeluBackward", "x", x, ElementType.Float32);
        Require.Floats(this, "GeluBackward", "dy", dy, x.Shape);
        Require.Floats(this, "GeluBackward", "dx", dx, x.Shape);
        if (x.Count > 0) GeluBackwardCore(dy, x, dx);
    }

    protected abstract void GeluCore(in Tensor x, in Tensor y);

    protected abstract void GeluBackwardCore(in Tensor dy, in Tensor x, in Tensor dx);
}
