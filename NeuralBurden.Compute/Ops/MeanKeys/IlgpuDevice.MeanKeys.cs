using NeuralBurden.Compute.Ops.MeanKeys;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MeanKeysCore(in MeanKeysArguments args)
    {
        var (_, _, h, d) = args.Extents;
        Each(new MeanOfHeads(F(args.Qkv), F(args.Keys), h, d), args.Keys.Count);
    }
}
