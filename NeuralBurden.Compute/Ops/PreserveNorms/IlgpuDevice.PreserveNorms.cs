using ILGPU;
using NeuralBurden.Compute.Ops.PreserveNorms;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void PreserveNormsCore(in PreserveNormsArguments args)
    {
        var (b, t, left, c) = args.Extents;
        ArrayView<float> scratch = Scratch((long)b * (t + left)), norms = scratch.SubView(0, (long)b * t);
        ArrayView<float> scales = scratch.SubView((long)b * t, (long)b * left), x = F(args.Tokens);
        var size = args.Sizes.IsNone ? x : F(args.Sizes);
        Each(new RowNorms(x, norms, c), (long)b * t);
        var op = new NormScales(
            norms, size, Flag(!args.Sizes.IsNone), I(args.Map), F(args.MergedSizes), F(args.Mean), scales, t, left, c);
        Each(op, (long)b * left);
        Each(new ScaleMeans(F(args.Mean), scales, F(args.Output), c), args.Output.Count);
    }

    protected override void PreserveNormsBackwardCore(in PreserveNormsBackwardArguments args)
    {
        var (b, t, left, c) = args.Extents;
        long rows = (long)b * t, groups = (long)b * left;
        var scratch = Scratch(rows + (3 * groups));
        ArrayView<float> norms = scratch.SubView(0, rows), scales = scratch.SubView(rows, groups);
        ArrayView<float> middles = scratch.SubView(rows + groups, groups);
        ArrayView<float> along = scratch.SubView(rows + (2 * groups), groups), x = F(args.Tokens);
        var size = args.Sizes.IsNone ? x : F(args.Sizes);
        Each(new RowNorms(x, norms, c), rows);
        Each(new RowNorms(F(args.Mean), middles, c), groups);
        var scale = new NormScales(
            norms, size, Flag(!args.Sizes.IsNone), I(args.Map), F(args.MergedSizes), F(args.Mean), scales, t, left, c);
        Each(scale, groups);
        Each(new AlongMeans(F(args.Mean), middles, F(args.DOutput), along, c), groups);
        var shares = new NormShares(norms, size, Flag(!args.Sizes.IsNone), I(args.Map), F(args.MergedSizes), t, left);
        Each(
            new NormGradient(shares, F(args.DOutput), x, F(args.Mean), scales, middles, along, F(args.DTokens), c),
            args.DTokens.Count);
    }
}
