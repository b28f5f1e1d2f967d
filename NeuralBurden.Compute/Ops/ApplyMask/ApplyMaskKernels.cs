using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.ApplyMask;

internal readonly struct MaskElements(
    ArrayView<float> x, ArrayView<int> mask, ArrayView<float> y) : IElementOp
{
    public void At(int index) => y[index] = ((mask[index / 32] >> (index % 32)) & 1) != 0 ? x[index] : 0;
}
