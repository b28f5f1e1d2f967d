using NeuralBurden.Compute.Ops.ClipByNorm;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void ClipByNormCore(in ClipByNormArguments args)
    {
        const int elementsOfThread = 8, mostParts = 1024;
        int n = checked((int)args.G.Count);
        int parts = Math.Clamp(CeilingOf(n, _sizes.Threads * elementsOfThread), 1, mostParts);
        var values = F(args.G);
        var partial = Scratch(parts);
        Launch(new SquareSums(F(args.Counted), n, partial), parts, _sizes.Threads);
        // Without a bound the norm is all there is to find.
        int groups = float.IsPositiveInfinity(args.Maximum) ? 1 : parts;
        Launch(new ScaleToNorm(values, n, partial, parts, args.Maximum, F(args.Norm)), groups, _sizes.Threads);
    }
}
