using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.MergeTokens;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MergeTokensCore(in MergeTokensArguments args)
    {
        var (_, t, left, c) = args.Extents;
        var x = F(args.Tokens);
        var size = args.Sizes.IsNone ? x : F(args.Sizes);
        int quads = CeilingOf(c, 4);
        ArrayView<int> map = I(args.Map);
        ArrayView<float> merged = F(args.Merged), sizes = F(args.MergedSizes), logs = F(args.LogSizes);
        long count = merged.Length / c * quads;
        int sized = Flag(!args.Sizes.IsNone);
        if (c % 4 == 0 && InQuads(args.Tokens) && InQuads(args.Merged))
            Each(new Merge<Quads>(x, size, sized, map, merged, sizes, logs, t, left, c, quads), count);
        else
            Each(new Merge<Words>(x, size, sized, map, merged, sizes, logs, t, left, c, quads), count);
    }

    protected override void MergeTokensBackwardCore(in MergeTokensBackwardArguments args)
    {
        var (_, t, left, c) = args.Extents;
        var dy = F(args.DMerged);
        var size = args.Sizes.IsNone ? dy : F(args.Sizes);
        var op = new MergeGradient(
            dy, size, Flag(!args.Sizes.IsNone), I(args.Map), F(args.MergedSizes), F(args.DTokens), t, left, c);
        Each(op, args.DTokens.Count);
    }
}
