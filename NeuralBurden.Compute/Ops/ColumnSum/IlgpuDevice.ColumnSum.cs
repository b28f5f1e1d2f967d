using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.ColumnSum;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    // Rows of one group; fixes the order of summation.
    private const int ChunkRows = 256;

    protected override void ColumnSumCore(in ColumnSumArguments args)
    {
        var (m, n) = args.Extents;
        var sums = F(args.Y);
        var (partial, chunks) = SumColumns(F(args.X), m, n);
        Each(new FoldChunks(partial, chunks, n, sums, sums, 0, 0, Flag(args.Accumulate)), n);
    }

    /// <summary>Partial sums [chunks, N] of x [M, N], which <see cref="FoldChunks"/> adds up.</summary>
    private (ArrayView<float> Partial, int Chunks) SumColumns(ArrayView<float> x, int m, int n)
    {
        int chunks = Math.Max(1, CeilingOf(m, ChunkRows)), panels = CeilingOf(n, _sizes.Lanes);
        var partial = Scratch((long)chunks * n);
        var kernel = new ColumnSums(x, partial, m, n, ChunkRows, _sizes.Lanes);
        Launch(kernel, panels * chunks, _sizes.Threads);
        return (partial, chunks);
    }
}
