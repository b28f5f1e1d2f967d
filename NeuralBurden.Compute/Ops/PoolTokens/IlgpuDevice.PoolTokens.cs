using NeuralBurden.Compute.Ops.PoolTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void PoolTokensCore(
        int b, int t, int c, in Tensor tokens, in Tensor sizes, in TokenRange range, in Tensor pooled)
    {
        var x = F(tokens);
        bool sized = !sizes.IsNone && range.Count > 1;
        var size = sized ? F(sizes) : x;
        Each(new Pool(x, size, Flag(sized), t, range.First, range.End, c, F(pooled)), pooled.Count);
    }

    protected override void PoolTokensBackwardCore(
        int b, int t, int c, in Tensor dPooled, in Tensor sizes, in TokenRange range, in Tensor dTokens)
    {
        var dy = F(dPooled);
        bool sized = !sizes.IsNone && range.Count > 1;
        var size = sized ? F(sizes) : dy;
        Each(new PoolGradient(dy, size, Flag(sized), t, range.First, range.End, c, F(dTokens)), dTokens.Count);
    }
}
