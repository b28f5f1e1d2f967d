using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// The gradient that pruned weights see: g[i] stays where bit i of mask is 1, else
    /// g[i] = prunedScale g[i] + prunedDecay w[i]. Scale 1 and decay 0 is straight-through, scale 0 freezes, a
    /// positive decay is that of SR-STE (arXiv 2102.04010). mask: see <see cref="MaskWords"/>. In place.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    public void MaskGradient(in Tensor g, in Tensor w, in Tensor mask, float prunedScale, float prunedDecay)
    {
        const string op = "MaskGradient";
        Require.On(this, op, "g", g, ElementType.Float32);
        Require.Floats(this, op, "w", w, g.Shape);
        Require.Indices(this, op, "mask", mask, new Shape(MaskWords.DeviceWordCount(g.Count)));
        if (g.Count > 0) MaskGradientCore(g, w, mask, prunedScale, prunedDecay);
    }

    protected abstract void MaskGradientCore(in Tensor g, in Tensor w, in Tensor mask, float prunedScale, float prunedDecay);
}
