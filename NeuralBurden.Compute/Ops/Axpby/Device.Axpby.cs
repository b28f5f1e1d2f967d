using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// y = alpha x + beta y, element by element, in place: a running mean with alpha = 1 - d, beta = d, or a sum of
    /// gradients. x may be y. A NaN in y stays one, for beta = 0 too.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that differ.</exception>
    public void Axpby(float alpha, in Tensor x, float beta, in Tensor y)
    {
        Require.On(this, "Axpby", "y", y, ElementType.Float32);
        Require.Floats(this, "Axpby", "x", x, y.Shape);
        if (y.Count > 0) AxpbyCore(alpha, x, beta, y);
    }

    protected abstract void AxpbyCore(float alpha, in Tensor x, float beta, in Tensor y);
}
