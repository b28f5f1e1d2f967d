using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// One step of stochastic gradient descent with momentum, element by element:
    /// u = momentum u + (g + decay d); w = w - lr u, or with Nesterov w - lr (g + decay d + momentum u).
    /// d is <paramref name="decayed"/>: the weights themselves, or the masked weights. Updates w and u in place;
    /// decayed may be w.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that differ.</exception>
    public void Sgd(
        in Tensor w,
        in Tensor g,
        in Tensor u,
        in Tensor decayed,
        float learningRate,
        float momentum,
        float weightDecay,
        bool nesterov)
    {
        const string op = "Sgd";
        Require.On(this, op, "w", w, ElementType.Float32);
        Require.Floats(this, op, "g", g, w.Shape);
        Require.Floats(this, op, "u", u, w.Shape);
        Require.Floats(this, op, "decayed", decayed, w.Shape);
        if (w.Count > 0) SgdCore(w, g, u, decayed, learningRate, momentum, weightDecay, nesterov);
    }

    protected abstract void SgdCore(
        in Tensor w,
        in Tensor g,
        in Tensor u,
        in Tensor decayed,
        float learningRate,
        float momentum,
        float weightDecay,
        bool nesterov);
}
