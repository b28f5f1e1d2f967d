using ILGPU;
using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MatchTokensCore(
        int b, int t, int d, in Tensor metric, in Tensor sizes, in MatchRule rule, in Tensor map)
    {
        int rows = b * ((t + 1) / 2);
        var scratch = Scratch((3L * rows) + b);
        ArrayView<float> score = scratch.SubView(0, rows), best = scratch.SubView(rows, rows);
        ArrayView<float> merged = scratch.SubView(2L * rows, rows), real = scratch.SubView(3L * rows, b);
        var size = sizes.IsNone ? real : F(sizes);
        Each(new RealTokens(size, Flag(!sizes.IsNone), real, t), b);
        Rows(new BestMatches(F(metric), real, score, best, b, t, d, _sizes.Lanes), rows);
        var op = new MapTokens(
            score, best, merged, real, I(map), t, rule.R, Flag(rule.ProtectFirst), rule.Threshold, Flag(rule.Drop));
        Launch(op, b, _sizes.Threads);
    }
}
