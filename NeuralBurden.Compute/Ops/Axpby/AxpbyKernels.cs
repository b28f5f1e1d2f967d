using ILGPU;
using NeuralBurden.Compute.Ilgpu.Kernels;

namespace NeuralBurden.Compute.Ops.Axpby;

internal readonly struct AxpbyStep(float alpha, ArrayView<float> x, float beta, ArrayView<float> y) : IElementOp
{
    public void At(int index) => y[index] = (alpha * x[index]) + (beta * y[index]);
}
