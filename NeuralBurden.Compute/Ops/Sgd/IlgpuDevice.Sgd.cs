using NeuralBurden.Compute.Ops.Sgd;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void SgdCore(
        in Tensor w,
        in Tensor g,
        in Tensor u,
        in Tensor decayed,
        float learningRate,
        float momentum,
        float weightDecay,
        bool nesterov)
    {
        var op = new SgdStep(
            F(w), F(g), F(u), F(decayed), learningRate, momentum, weightDecay, Flag(nesterov));
        Each(op, w.Count);
    }
}
