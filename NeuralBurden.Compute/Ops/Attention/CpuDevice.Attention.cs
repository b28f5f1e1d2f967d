using NeuralBurden.Compute.Ops.Attention;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Cpu;

public unsafe partial class CpuDevice
{
    // Queries handled at a time: their scores stay in the second cache level for any number of keys up to 1,000.
    private const int AttentionRows = 96;

    // Up to this many tokens, all queries of a head are one block.
    private const int SmallAttention = 132;

    protected override void AttentionCore(
        int b, int t, int h, int d, in Tensor qkv, in Tensor logSizes, in Tensor output, in Tensor probabilities)
    {
        var job = new AttentionJob
        {
            Heads = new AttentionHeads(t, h, d, VectorBits / 32, t <= SmallAttention ? t : AttentionRows),
            Qkv = F(qkv),
            LogSizes = F(logSizes),
            Output = F(output),
            Probabilities = F(probabilities),
        };
        job.ScratchPerWorker = job.Heads.ForwardScratch;
        job.Scratch = Shared(job.ScratchPerWorker * _pool.Workers);
        Parallel(job, b * h);
    }

    protected override void AttentionBackwardCore(
        int b, int t, int h, int d, in Tensor dOutput, in Tensor qkv, in Tensor probabilities, in Tensor dqkv)
    {
        var job = new AttentionBackwardJob
        {
            Heads = new AttentionHeads(t, h, d, VectorBits / 32, t <= SmallAttention ? t : AttentionRows),
            DOutput = F(dOutput),
            Qkv = F(qkv),
            Probabilities = F(probabilities),
            Dqkv = F(dqkv),
        };
        job.ScratchPerWorker = job.Heads.BackwardScratch;
        job.Scratch = Shared(job.ScratchPerWorker * _pool.Workers);
        Parallel(job, b * h);
    }
}
