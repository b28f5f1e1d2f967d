using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Sgd;

internal readonly struct SgdStep(
    ArrayView<float> w,
    ArrayView<float> g,
    ArrayView<float> u,
    ArrayView<float> decayed,
    float learningRate,
    float momentum,
    float weightDecay,
    int nesterov) : IElementOp
{
    public void At(int index)
    {
        float gradient = g[index] + (weightDecay * decayed[index]);
        float velocity = (momentum * u[index]) + gradient;
        u[index] = velocity;
        w[index] -= learningRate * (nesterov != 0 ? gradient + (momentum * velocity) : velocity);
    }
}
