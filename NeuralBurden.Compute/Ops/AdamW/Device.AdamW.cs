using NeuralBurden.Compute.Ops.AdamW;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// One step of AdamW (arXiv 1711.05101), element by element, all tensors of one shape:
    /// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
    /// w = w - lr decay d - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
    /// d is <paramref name="decayed"/>: the weights themselves, or the masked weights, so that decay spares pruned
    /// ones. With a frozen step f, v stays as it is and f stands for t in its correction. Updates w, m and v in place;
    /// decayed may be w.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that differ, a step below 1, or a frozen step beyond it.</exception>
    public void AdamW(
        in Tensor w, in Tensor g, in Tensor m, in Tensor v, in Tensor decayed, in AdamWOptions options)
    {
        const string op = "AdamW";
        Require.On(this, op, "w", w, ElementType.Float32);
        Require.Floats(this, op, "g", g, w.Shape);
        Require.Floats(this, op, "m", m, w.Shape);
        Require.Floats(this, op, "v", v, w.Shape);
        Require.Floats(this, op, "decayed", decayed, w.Shape);
        Require.That(options.Step >= 1, op, "steps count from 1");
        Require.That(options.FrozenStep >= 0 && options.FrozenStep <= options.Step, op, "v is frozen at 0 to the present step");
        if (w.Count > 0) AdamWCore(w, g, m, v, decayed, options);
    }

    protected abstract void AdamWCore(
        in Tensor w, in Tensor g, in Tensor m, in Tensor v, in Tensor decayed, in AdamWOptions options);
}
