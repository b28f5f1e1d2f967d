using NeuralBurden.Compute.Ops.MergeTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MergeTokensCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor merged,
        in Tensor mergedSizes,
        in Tensor logSizes)
    {
        var x = F(tokens);
        var size = sizes.IsNone ? x : F(sizes);
        var op = new Merge(
            x, size, Flag(!sizes.IsNone), I(map), F(merged), F(mergedSizes), F(logSizes), t, left, c);
        Each(op, merged.Count);
    }

    protected override void MergeTokensBackwardCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor dMerged,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor dTokens)
    {
        var dy = F(dMerged);
        var size = sizes.IsNone ? dy : F(sizes);
        var op = new MergeGradient(
            dy, size, Flag(!sizes.IsNone), I(map), F(mergedSizes), F(dTokens), t, left, c);
        Each(op, dTokens.Count);
    }
}
