using NeuralBurden.Compute.Ops.ApplyMask;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void ApplyMaskCore(in Tensor x, in Tensor mask, in Tensor y) =>
        Each(new MaskElements(F(x), I(mask), F(y)), x.Count);
}
