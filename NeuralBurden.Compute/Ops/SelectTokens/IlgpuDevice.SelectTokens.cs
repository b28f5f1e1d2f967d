using NeuralBurden.Compute.Ops.SelectTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void SelectTokensCore(
        int b, int t, in Tensor scores, int keep, bool protectFirst, in Tensor map, in Tensor weights)
    {
        var stays = Scratch((long)b * t);
        int first = Flag(protectFirst);
        Each(new RankScores(F(scores), stays, t, keep, first), (long)b * t);
        Each(new MapSelected(F(scores), stays, I(map), F(weights), t, keep, first), (long)b * t);
    }
}
