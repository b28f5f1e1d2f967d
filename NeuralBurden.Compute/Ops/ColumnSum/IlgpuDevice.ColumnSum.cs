using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.ColumnSum;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    // Rows of one group; fixes the order of summation.
    private const int ChunkRows = 128;

    // Lanes of a sum over columns, or of a row that is read in quads: they have 32 or 128 neighbouring bytes.
    private int QuadLanes => Math.Min(_sizes.Lanes, 8);

    protected override void ColumnSumCore(in ColumnSumArguments args)
    {
        var (m, n) = args.Extents;
        var (partial, chunks) = SumColumns(args.X, m, n);
        FoldColumns(partial, chunks, n, F(args.Y), F(args.Y), 0, 0, args.Accumulate);
    }

    /// <summary>Partial sums [chunks, N] of x [M, N], which <see cref="FoldColumns"/> adds up.</summary>
    private (ArrayView<float> Partial, int Chunks) SumColumns(in Tensor x, int m, int n)
    {
        int chunks = Math.Max(1, CeilingOf(m, ChunkRows)), groups = CeilingOf(n, 4 * QuadLanes) * chunks;
        var partial = Scratch((long)chunks * n);
        if (n % 4 == 0 && InQuads(x))
            Launch(new ColumnSums<Quads>(F(x), partial, m, n, ChunkRows, QuadLanes), groups, _sizes.Threads);
        else
            Launch(new ColumnSums<Words>(F(x), partial, m, n, ChunkRows, QuadLanes), groups, _sizes.Threads);
        return (partial, chunks);
    }

    /// <inheritdoc cref="FoldChunks"/>
    private void FoldColumns(
        ArrayView<float> partial,
        int chunks,
        int n,
        ArrayView<float> first,
        ArrayView<float> second,
        int secondAt,
        int secondCount,
        bool accumulate)
    {
        int lanes = QuadLanes, groups = CeilingOf(n, lanes) + CeilingOf(secondCount, lanes);
        var fold = new FoldChunks(partial, first, second, chunks, n, secondAt, secondCount, lanes, Flag(accumulate));
        if (n > 0) Launch(fold, groups, _sizes.Threads);
    }
}
