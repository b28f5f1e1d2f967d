using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Sums over rows of x [M, N], first step: a group sums one chunk of rows for
/// <c>lanes</c> neighbouring columns, which makes its reads coalesced. <see cref="FoldChunks"/> adds up partial [chunks, N].
/// </summary>
internal readonly struct ColumnSums(
    ArrayView<float> x, ArrayView<float> partial, int m, int n, int chunkRows, int lanes)
    : IKernel
{
    public void Execute()
    {
        var sums = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        int t = Group.IdxX, lane = t % lanes, line = t / lanes, lines = Group.DimX / lanes;
        int panels = (n + lanes - 1) / lanes, chunk = Grid.IdxX / panels;
        int column = (Grid.IdxX % panels * lanes) + lane;
        int start = chunk * chunkRows, end = start + chunkRows < m ? start + chunkRows : m;
        float sum = 0;
        if (column < n)
        {
            for (int row = start + line; row < end; row += lines) sum += x[(row * n) + column];
        }

        sums[t] = sum;
        Group.Barrier();
        if (line != 0 || column >= n) return;
        sum = 0;
        for (int i = 0; i < lines; i++) sum += sums[lane + (i * lanes)];
        partial[(chunk * n) + column] = sum;
    }
}
