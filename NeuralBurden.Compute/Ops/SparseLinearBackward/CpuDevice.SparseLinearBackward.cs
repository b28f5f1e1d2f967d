using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseLinearBackward;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void SparseLinearBackwardCore(
        int m, in Tensor dy, in Tensor x, SparseMatrix w, in Tensor dx, in Tensor dw, bool sampled, in Tensor dbias)
    {
        int tokens = TokenTile.Tokens(VectorBits), perGroup = TilesPerGroup(m), groups = PartsOf(m, (long)perGroup * tokens);
        if (m == 0)
        {
            base.SparseLinearBackwardCore(m, dy, x, w, dx, dw, sampled, dbias);
            return;
        }

        var job = new SparseLinearBackwardJob
        {
            M = m,
            TilesPerGroup = perGroup,
            Rows = Operand(w.ByRows!),
            Columns = Operand(w.ByColumns!),
            Sampled = sampled,
            Dy = F(dy),
            X = F(x),
            Dx = F(dx),
        };
        job.ScratchPerWorker = job.ScratchFloats(tokens);
        job.Stride = job.PartialFloats;
        job.Scratch = Shared((job.ScratchPerWorker * _pool.Workers) + (groups * job.Stride));
        job.Partials = job.Scratch + (job.ScratchPerWorker * _pool.Workers);
        Parallel(job, groups);
        SumPartials(job.Partials + job.PartialBias, job.Stride, groups, w.Rows, F(dbias), accumulate: false);
        if (sampled) Scatter(job.Rows, job.Partials, job.Stride, groups, dw);
        else Gemm(GemmForm.TN, dy, x, dw);
    }
}
