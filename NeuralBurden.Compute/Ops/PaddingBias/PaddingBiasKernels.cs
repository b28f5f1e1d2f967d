using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.PaddingBias;

/// <summary>One element of the bias.</summary>
internal readonly struct HidePadding(ArrayView<float> sizes, ArrayView<float> bias) : IElementOp
{
    public void At(int index) => bias[index] = sizes[index] > 0 ? 0 : float.NegativeInfinity;
}
