using NeuralBurden.Compute.Ops.MaskGradient;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MaskGradientCore(in MaskGradientArguments args) =>
        Each(new MaskedGradient(F(args.G), F(args.W), I(args.Mask), args.PrunedScale, args.PrunedDecay), args.G.Count);
}
