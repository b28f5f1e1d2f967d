using NeuralBurden.Compute.Ops.PoolTokens;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void PoolTokensCore(in PoolTokensArguments args)
    {
        var (_, t, c) = args.Extents;
        var (range, x) = (args.Range, F(args.Tokens));
        bool sized = !args.Sizes.IsNone && range.Count > 1;
        var size = sized ? F(args.Sizes) : x;
        Each(new Pool(x, size, Flag(sized), t, range.First, range.End, c, F(args.Pooled)), args.Pooled.Count);
    }

    protected override void PoolTokensBackwardCore(in PoolTokensBackwardArguments args)
    {
        var (_, t, c) = args.Extents;
        var (range, dy) = (args.Range, F(args.DPooled));
        bool sized = !args.Sizes.IsNone && range.Count > 1;
        var size = sized ? F(args.Sizes) : dy;
        Each(new PoolGradient(dy, size, Flag(sized), t, range.First, range.End, c, F(args.DTokens)), args.DTokens.Count);
    }
}
