using NeuralBurden.Compute.Ops.SumTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void SumTokensCore(
        int b, int t, int left, int c, in Tensor tokens, in Tensor weights, in Tensor map, in Tensor merged) =>
        Each(new WeightedSum(F(tokens), F(weights), I(map), F(merged), t, left, c), merged.Count);

    protected override void SumTokensBackwardCore(
        int b, int t, int left, int c, in Tensor dMerged, in Tensor weights, in Tensor map, in Tensor dTokens) =>
        Each(new WeightedSumGradient(F(dMerged), F(weights), I(map), F(dTokens), t, left, c), dTokens.Count);
}
