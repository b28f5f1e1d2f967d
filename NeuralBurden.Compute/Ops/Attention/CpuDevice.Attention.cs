using NeuralBurden.Compute.Ops.Attention;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void AttentionCore(
        int b, int t, int h, int d, in Tensor qkv, in Tensor logSizes, in Tensor output, in Tensor probabilities)
    {
        var job = new AttentionJob
        {
            Heads = new AttentionHeads(b, t, h, d, VectorBits / 32),
            Qkv = F(qkv),
            LogSizes = F(logSizes),
            Output = F(output),
            Probabilities = F(probabilities),
        };
        job.ScratchPerWorker = job.Heads.ForwardScratch;
        job.Scratch = Shared(job.ScratchPerWorker * _pool.Workers);
        Parallel(job, job.Heads.Parts);
    }

    protected override void AttentionBackwardCore(
        int b, int t, int h, int d, in Tensor dOutput, in Tensor qkv, in Tensor probabilities, in Tensor dqkv)
    {
        var job = new AttentionBackwardJob
        {
            Heads = new AttentionHeads(b, t, h, d, VectorBits / 32),
            DOutput = F(dOutput),
            Qkv = F(qkv),
            Probabilities = F(probabilities),
            Dqkv = F(dqkv),
        };
        job.ScratchPerWorker = job.Heads.BackwardScratch;
        job.Scratch = Shared(job.ScratchPerWorker * _pool.Workers);
        Parallel(job, job.Heads.Parts);
    }
}
