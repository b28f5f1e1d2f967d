using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Sums over rows of [M, N], first step: a group sums one chunk of rows for <c>lanes</c> neighbouring
/// columns, which makes its reads coalesced. partial [2, chunks, N] takes the first and the second sum; <see
/// cref="FoldChunks"/> adds up the chunks.
/// </summary>
internal readonly struct ColumnSums<TTerms>(
    int m, int n, int chunkRows, int chunks, int lanes, ArrayView<float> partial, TTerms terms)
    : IKernel
    where TTerms : struct, IColumnTerms
{
    public void Execute()
    {
        var firsts = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        var seconds = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        int t = Group.IdxX, lane = t % lanes, line = t / lanes, lines = Group.DimX / lanes;
        int panels = (n + lanes - 1) / lanes, chunk = Grid.IdxX / panels;
        int column = (Grid.IdxX % panels * lanes) + lane;
        int start = chunk * chunkRows, end = start + chunkRows < m ? start + chunkRows : m;
        float first = 0, second = 0;
        if (column < n)
        {
            for (int row = start + line; row < end; row += lines)
                terms.Add(row, column, ref first, ref second);
        }

        firsts[t] = first;
        seconds[t] = second;
        Group.Barrier();
        if (line != 0 || column >= n) return;
        (first, second) = (0, 0);
        for (int i = 0; i < lines; i++)
        {
            first += firsts[lane + (i * lanes)];
            second += seconds[lane + (i * lanes)];
        }

        partial[(chunk * n) + column] = first;
        partial[((chunks + chunk) * n) + column] = second;
    }
}
