using NeuralBurden.Compute.Ops.LayerNorm;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void LayerNormCore(in LayerNormArguments args) =>
        Parallel(new LayerNormJob(args), PartsOf(args.Extents.M, LayerNormJob.Rows));

    protected override void LayerNormBackwardCore(in LayerNormBackwardArguments args)
    {
        var (m, c) = args.Extents;
        int parts = PartsOf(m, LayerNormBackwardJob.Rows);
        long width = (c + 15L) / 16 * 16;
        float* partials = Shared(parts * 2 * width);
        Parallel(new LayerNormBackwardJob(args, partials, width), parts);
        SumPartials(partials, 2 * width, parts, c, F(args.Dgamma), accumulate: true);
        SumPartials(partials + width, 2 * width, parts, c, F(args.Dbeta), accumulate: true);
    }
}
