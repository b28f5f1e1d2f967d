using NeuralBurden.Compute.Ops.ClipByNorm;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void ClipByNormCore(in ClipByNormArguments args)
    {
        const int elementsOfThread = 16, mostParts = 256;
        int n = checked((int)args.G.Count);
        int parts = Math.Clamp(CeilingOf(n, _sizes.Threads * elementsOfThread), 1, mostParts);
        var values = F(args.G);
        var partial = Scratch(parts);
        Launch(new SquareSums(F(args.Counted), n, partial), parts, _sizes.Threads);
        Launch(new ScaleToNorm(values, n, partial, parts, args.Maximum, F(args.Norm)), parts, _sizes.Threads);
    }
}
