using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.MaskGradient;

internal readonly struct MaskedGradient(
    ArrayView<float> g, ArrayView<float> w, ArrayView<int> mask, float prunedScale, float prunedDecay)
    : IElementOp
{
    public void At(int index)
    {
        if (((mask[index / 32] >> (index % 32)) & 1) == 0)
            g[index] = (prunedScale * g[index]) + (prunedDecay * w[index]);
    }
}
