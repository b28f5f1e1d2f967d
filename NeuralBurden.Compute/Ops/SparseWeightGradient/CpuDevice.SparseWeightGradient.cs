using NeuralBurden.Compute.Ops.SparseWeightGradient;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    // Enough for the threads of a large machine; a function of the shape, as the order of summation is.
    private const int SampleGroups = 16;

    protected override void SparseWeightGradientCore(in SparseWeightGradientArguments args)
    {
        int m = args.M;
        if (args.W.Count == 0 || m == 0)
        {
            Clear(args.Dw);
            return;
        }

        var operand = Operand(args.W.ByRows!);
        int size = TokenTile.Tokens(VectorBits), perGroup = TilesPerGroup(m), groups = PartsOf(m, (long)perGroup * size);
        long stride = (operand.Slots + 15) / 16 * 16, scratch = (long)size * (operand.PaddedOutputs + args.W.Columns + 1);
        float* shared = Shared((scratch * _pool.Workers) + (groups * stride));
        float* partials = shared + (scratch * _pool.Workers);
        Parallel(
            new SampleJob(args, operand, perGroup, partials, stride, shared, scratch),
            groups);
        Scatter(operand, partials, stride, groups, args.Dw);
    }

    /// <summary>
    /// Token tiles of a group: sums over tokens are made of one partial sum for each group. A function of the shape and the
    /// vector width alone.
    /// </summary>
    private int TilesPerGroup(int m) => Math.Max(1, PartsOf(PartsOf(m, TokenTile.Tokens(VectorBits)), SampleGroups));

    /// <summary>Adds up the groups' sums of kept weights and writes them where they belong in dw.</summary>
    private void Scatter(in SparseOperand w, float* partials, long stride, int groups, in Tensor dw)
    {
        Clear(dw);
        Parallel(
            new ScatterSumsJob(w.Slots, groups, partials, stride, w.Position, F(dw)),
            PartsOf(w.Slots, ScatterSumsJob.Grain));
    }
}
