using NeuralBurden.Compute.Ops.Axpby;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void AxpbyCore(float alpha, in Tensor x, float beta, in Tensor y) =>
        Each(new AxpbyStep(F(x), F(y), alpha, beta), y.Count);
}
