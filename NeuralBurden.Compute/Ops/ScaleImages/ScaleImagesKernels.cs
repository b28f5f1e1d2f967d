using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.ScaleImages;

/// <summary>One element; r is any view where <c>add</c> is 0.</summary>
internal readonly struct ScaleOfImage(
    ArrayView<float> x, ArrayView<float> s, ArrayView<float> r, ArrayView<float> y, int n, int add) : IElementOp
{
    public void At(int index)
    {
        float scaled = s[index / n] * x[index];
        y[index] = add != 0 ? scaled + r[index] : scaled;
    }
}
