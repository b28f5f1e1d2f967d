using NeuralBurden.Compute.Ops.PreserveNorms;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
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
        in Tensor output) =>
        Parallel(
            new PreserveNormsJob
            {
                Groups = NormGroups(t, left, c, tokens, sizes, map, mergedSizes, mean),
                Output = F(output),
            },
            b);

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
        in Tensor dTokens) =>
        Parallel(
            new PreserveNormsBackwardJob
            {
                Groups = NormGroups(t, left, c, tokens, sizes, map, mergedSizes, mean),
                DOutput = F(dOutput),
                DTokens = F(dTokens),
            },
            b);

    private NormGroups NormGroups(
        int t,
        int left,
        int c,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor mean) => new()
        {
            Tokens = t,
            Left = left,
            Channels = c,
            Source = F(tokens),
            Sizes = F(sizes),
            Map = I(map),
            Totals = F(mergedSizes),
            Mean = F(mean),
            Scratch = (double*)Shared(2L * left * _pool.Workers),
        };
}
