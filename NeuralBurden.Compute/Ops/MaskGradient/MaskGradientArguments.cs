using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.MaskGradient;

/// <summary>
/// The gradient that pruned weights see: g[i] stays where bit i of mask is 1, else
/// g[i] = prunedScale g[i] + prunedDecay w[i]. Scale 1 and decay 0 is straight-through, scale 0 freezes, a
/// positive decay is that of SR-STE (arXiv 2102.04010). mask: see <see cref="MaskWords"/>. In place.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit.</exception>
public readonly record struct MaskGradientArguments(
    Tensor G, Tensor W, Tensor Mask, float PrunedScale, float PrunedDecay)
{
    internal bool Check(Require require)
    {
        require.Floats(G);
        require.Floats(W, G.Shape);
        require.Indices(Mask, new Shape(MaskWords.DeviceWordCount(G.Count)));
        return G.Count > 0;
    }
}
