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
        var (partial, chunks) = SumColumns(new MatrixTerms(F(args.X), n), m, n);
        Each(new FoldChunks(partial, chunks, n, sums, sums, 0, 0, Flag(args.Accumulate)), n);
    }

    /// <summary>Partial sums [2, chunks, N], which <see cref="FoldChunks"/> adds up.</summary>
    private (ArrayView<float> Partial, int Chunks) SumColumns<TTerms>(in TTerms terms, int m, int n)
        where TTerms : struct, IColumnTerms
    {
        int chunks = Math.Max(1, CeilingOf(m, ChunkRows)), panels = CeilingOf(n, _sizes.Lanes);
        var partial = Scratch(2L * chunks * n);
        var kernel = new ColumnSums<TTerms>(m, n, ChunkRows, chunks, _sizes.Lanes, partial, terms);
        Launch(kernel, panels * chunks, _sizes.Threads);
        return (partial, chunks);
    }
}
