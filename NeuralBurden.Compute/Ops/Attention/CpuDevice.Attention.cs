using NeuralBurden.Compute.Ops.Attention;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void AttentionCore(in AttentionArguments args)
    {
        var (b, t, h, d) = args.Extents;
        var heads = new AttentionHeads(b, t, h, d, VectorBits / 32);
        Parallel(
            new AttentionJob(args, heads, Shared(heads.ForwardScratch * _pool.Workers), heads.ForwardScratch),
            heads.Parts);
    }

    protected override void AttentionBackwardCore(in AttentionBackwardArguments args)
    {
        var (b, t, h, d) = args.Extents;
        var heads = new AttentionHeads(b, t, h, d, VectorBits / 32);
        Parallel(
            new AttentionBackwardJob(args, heads, Shared(heads.BackwardScratch * _pool.Workers), heads.BackwardScratch),
            heads.Parts);
    }
}
