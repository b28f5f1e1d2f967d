using NeuralBurden.Compute.Ops.PaddingBias;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void PaddingBiasCore(in PaddingBiasArguments args) =>
        Each(new HidePadding(F(args.Sizes), F(args.Bias)), args.Sizes.Count);
}
