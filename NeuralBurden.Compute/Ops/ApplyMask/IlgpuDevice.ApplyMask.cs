using NeuralBurden.Compute.Ops.ApplyMask;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void ApplyMaskCore(in ApplyMaskArguments args) =>
        Each(new MaskElements(F(args.X), I(args.Mask), F(args.Y)), args.X.Count);
}
