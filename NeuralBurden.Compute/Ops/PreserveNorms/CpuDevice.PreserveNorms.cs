using NeuralBurden.Compute.Ops.PreserveNorms;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void PreserveNormsCore(in PreserveNormsArguments args)
    {
        var (b, t, left, c) = args.Extents;
        Parallel(
            new PreserveNormsJob(args, NormGroups(t, left, c, args.Tokens, args.Sizes, args.Map, args.MergedSizes, args.Mean)),
            b);
    }

    protected override void PreserveNormsBackwardCore(in PreserveNormsBackwardArguments args)
    {
        var (b, t, left, c) = args.Extents;
        Parallel(
            new PreserveNormsBackwardJob(
                args, NormGroups(t, left, c, args.Tokens, args.Sizes, args.Map, args.MergedSizes, args.Mean)),
            b);
    }

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
