using NeuralBurden.Compute.Ops.PaddingBias;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void PaddingBiasCore(in Tensor sizes, in Tensor bias) =>
        Each(new HidePadding(F(sizes), F(bias)), sizes.Count);
}
