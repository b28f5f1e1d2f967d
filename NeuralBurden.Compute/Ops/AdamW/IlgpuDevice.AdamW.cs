using NeuralBurden.Compute.Ops.AdamW;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void AdamWCore(in AdamWArguments args) =>
        Each(
            new AdamWStep(F(args.W), F(args.G), F(args.M), F(args.V), F(args.Decayed), new AdamWFactors(args.Options)),
            args.W.Count);
}
