using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.MatchTokens;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MatchTokensCore(in MatchTokensArguments args)
    {
        var (b, t, d) = args.Extents;
        int rows = b * ((t + 1) / 2);
        var scratch = Scratch((3L * rows) + b);
        ArrayView<float> score = scratch.SubView(0, rows), best = scratch.SubView(rows, rows);
        ArrayView<float> merged = scratch.SubView(2L * rows, rows), real = scratch.SubView(3L * rows, b);
        var size = args.Sizes.IsNone ? real : F(args.Sizes);
        var rule = args.Rule;
        Each(new RealTokens(size, Flag(!args.Sizes.IsNone), real, t), b);
        var metric = F(args.Metric);
        if (d % 4 == 0 && InQuads(args.Metric))
            Rows(new BestMatches<Quads>(metric, real, score, best, b, t, d, rule.FirstOdd, _sizes.Lanes), rows);
        else
            Rows(new BestMatches<Words>(metric, real, score, best, b, t, d, rule.FirstOdd, _sizes.Lanes), rows);
        var op = new MapTokens(
            score, best, merged, real, I(args.Map), t, rule.R, rule.Protected, rule.Threshold, Flag(rule.Drop));
        Launch(op, b, _sizes.Threads);
    }
}
