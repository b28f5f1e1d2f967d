using NeuralBurden.Compute.Ops.SumTokens;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void SumTokensCore(in SumTokensArguments args)
    {
        var (_, t, left, c) = args.Extents;
        Each(new WeightedSum(F(args.Tokens), F(args.Weights), I(args.Map), F(args.Merged), t, left, c), args.Merged.Count);
    }

    protected override void SumTokensBackwardCore(in SumTokensBackwardArguments args)
    {
        var (_, t, left, c) = args.Extents;
        Each(
            new WeightedSumGradient(F(args.DMerged), F(args.Weights), I(args.Map), F(args.DTokens), t, left, c),
            args.DTokens.Count);
    }
}
