using NeuralBurden.Compute.Ops.Patchify;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void PatchifyCore(in PatchifyArguments args)
    {
        var (_, c, h, w) = args.Extents;
        Each(new CutPatches(F(args.Images), F(args.Patches), c, h, w, args.P), args.Patches.Count);
    }
}
