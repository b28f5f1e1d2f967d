using ILGPU;
using NeuralBurden.Compute.Ops.PreserveNorms;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void PreserveNormsCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor mean,
        in Tensor output)
    {
        ArrayView<float> scratch = Scratch((long)b * (t + left)), norms = scratch.SubView(0, (long)b * t);
        ArrayView<float> scales = scratch.SubView((long)b * t, (long)b * left), x = F(tokens);
        var size = sizes.IsNone ? x : F(sizes);
        Each(new RowNorms(x, norms, c), (long)b * t);
        var op = new NormScales(
            norms, size, Flag(!sizes.IsNone), I(map), F(mergedSizes), F(mean), scales, t, left, c);
        Each(op, (long)b * left);
        Each(new ScaleMeans(F(mean), scales, F(output), c), output.Count);
    }

    protected override void PreserveNormsBackwardCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor dOutput,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor mean,
        in Tensor dTokens)
    {
        long rows = (long)b * t, groups = (long)b * left;
        var scratch = Scratch(rows + (3 * groups));
        ArrayView<float> norms = scratch.SubView(0, rows), scales = scratch.SubView(rows, groups);
        ArrayView<float> middles = scratch.SubView(rows + groups, groups);
        ArrayView<float> along = scratch.SubView(rows + (2 * groups), groups), x = F(tokens);
        var size = sizes.IsNone ? x : F(sizes);
        Each(new RowNorms(x, norms, c), rows);
        Each(new RowNorms(F(mean), middles, c), groups);
        var scale = new NormScales(
            norms, size, Flag(!sizes.IsNone), I(map), F(mergedSizes), F(mean), scales, t, left, c);
        Each(scale, groups);
        Each(new AlongMeans(F(mean), middles, F(dOutput), along, c), groups);
        var shares = new NormShares(norms, size, Flag(!sizes.IsNone), I(map), F(mergedSizes), t, left);
        Each(new NormGradient(shares, F(dOutput), x, F(mean), scales, middles, along, F(dTokens), c), dTokens.Count);
    }
}
