using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseLinearBackward;
using NeuralBurden.Compute.Simd.Tiles;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void SparseLinearBackwardCore(in SparseLinearBackwardArguments args)
    {
        int m = args.M;
        int tokens = TokenTile.Tokens(VectorBits), perGroup = TilesPerGroup(m), groups = PartsOf(m, (long)perGroup * tokens);
        if (m == 0)
        {
            base.SparseLinearBackwardCore(args);
            return;
        }

        var job = new SparseLinearBackwardJob
        {
            M = m,
            TilesPerGroup = perGroup,
            Rows = Operand(args.W.ByRows!),
            Columns = Operand(args.W.ByColumns!),
            Sampled = args.Sampled,
            Dy = F(args.Dy),
            X = F(args.X),
            Dx = F(args.Dx),
        };
        job.ScratchPerWorker = job.ScratchFloats(tokens);
        job.Stride = job.PartialFloats;
        job.Scratch = Shared((job.ScratchPerWorker * _pool.Workers) + (groups * job.Stride));
        job.Partials = job.Scratch + (job.ScratchPerWorker * _pool.Workers);
        Parallel(job, groups);
        SumPartials(job.Partials + job.PartialBias, job.Stride, groups, args.W.Rows, F(args.Dbias), accumulate: false);
        if (args.Sampled) Scatter(job.Rows, job.Partials, job.Stride, groups, args.Dw);
        else Gemm(new(GemmForm.TN, args.Dy, args.X, args.Dw));
    }
}
