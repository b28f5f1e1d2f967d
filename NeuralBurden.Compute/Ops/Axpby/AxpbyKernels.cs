using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Axpby;

internal readonly struct AxpbyStep(ArrayView<float> x, ArrayView<float> y, float alpha, float beta) : IElementOp
{
    public void At(int index) => y[index] = (alpha * x[index]) + (beta * y[index]);
}
