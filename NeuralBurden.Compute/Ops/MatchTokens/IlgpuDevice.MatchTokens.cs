using ILGPU;
using NeuralBurden.Compute.Ops.MatchTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MatchTokensCore(
        int b, int t, int d, in Tensor metric, int r, bool protectFirst, in Tensor map)
    {
        int rows = b * ((t + 1) / 2);
        var scratch = Scratch(3L * rows);
        ArrayView<float> score = scratch.SubView(0, rows), best = scratch.SubView(rows, rows);
        var merged = scratch.SubView(2L * rows, rows);
        Rows(new BestMatches(F(metric), score, best, b, t, d, _sizes.Lanes), rows);
        Launch(new MapTokens(score, best, merged, I(map), t, r, Flag(protectFirst)), b, _sizes.Threads);
    }
}
