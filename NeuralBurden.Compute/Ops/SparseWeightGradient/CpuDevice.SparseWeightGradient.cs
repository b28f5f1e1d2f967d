using NeuralBurden.Compute.Cpu.Kernels;
using NeuralBurden.Compute.Ops.SparseWeightGradient;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Cpu;

public unsafe partial class CpuDevice
{
    // Enough for the threads of a large machine; a function of the shape, as the order of summation is.
    private const int SampleGroups = 16;

    protected override void SparseWeightGradientCore(int m, in Tensor dy, in Tensor x, SparseMatrix w, in Tensor dw)
    {
        dw.Buffer.Device.Clear(dw);
        if (w.Count == 0 || m == 0) return;
        var operand = Operand(w.ByRows!);
        int size = TokenTile.Tokens(VectorBits), tiles = PartsOf(m, size);
        int perGroup = PartsOf(tiles, SampleGroups), groups = PartsOf(tiles, perGroup);
        long stride = (operand.Slots + 15) / 16 * 16, scratch = (long)size * (operand.PaddedOutputs + w.Columns + 1);
        float* shared = Shared((scratch * _pool.Workers) + (groups * stride));
        float* partials = shared + (scratch * _pool.Workers);
        Parallel(
            new SampleJob
            {
                M = m,
                W = operand,
                Dy = F(dy),
                X = F(x),
                TilesPerGroup = perGroup,
                Partials = partials,
                Stride = stride,
                Scratch = shared,
                ScratchPerWorker = scratch,
            },
            groups);
        Parallel(
            new ScatterSumsJob
            {
                Count = operand.Slots,
                Groups = groups,
                Partials = partials,
                Stride = stride,
                Position = operand.Position,
                Target = F(dw),
            },
            PartsOf(operand.Slots, ScatterSumsJob.Grain));
    }
}
