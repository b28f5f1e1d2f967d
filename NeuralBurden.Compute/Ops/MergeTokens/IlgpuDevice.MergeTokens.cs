using NeuralBurden.Compute.Ops.MergeTokens;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MergeTokensCore(in MergeTokensArguments args)
    {
        var (_, t, left, c) = args.Extents;
        var x = F(args.Tokens);
        var size = args.Sizes.IsNone ? x : F(args.Sizes);
        var op = new Merge(
            x, size, Flag(!args.Sizes.IsNone), I(args.Map), F(args.Merged), F(args.MergedSizes), F(args.LogSizes), t, left, c);
        Each(op, args.Merged.Count);
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
