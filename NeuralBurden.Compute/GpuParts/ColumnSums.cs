using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Sums over rows of x [M, N], first step: a group sums one chunk of rows for <c>lanes</c> neighbouring quads of columns.
/// <see cref="FoldChunks"/> adds up partial [chunks, N].
/// </summary>
internal readonly struct ColumnSums<TAccess>(
    ArrayView<float> x, ArrayView<float> partial, int m, int n, int chunkRows, int lanes)
    : IKernel
    where TAccess : struct, IAccess
{
    public void Execute()
    {
        var sums = GroupMemory.Allocate<Float4>(Lanes.MaxThreads);
        int t = Group.IdxX, lane = t % lanes, line = t / lanes, lines = Group.DimX / lanes;
        int panels = (n + (4 * lanes) - 1) / (4 * lanes), chunk = Grid.IdxX / panels;
        int column = 4 * ((Grid.IdxX % panels * lanes) + lane), inside = n - column;
        int start = chunk * chunkRows, end = Math.Min(start + chunkRows, m);
        Float4 sum = default;
        if (inside > 0)
        {
            int row = start + line;

            // Four loads under way at once.
            for (; row + (3 * lines) < end; row += 4 * lines)
            {
                var a = TAccess.Load(x, (row * n) + column, inside);
                var b = TAccess.Load(x, ((row + lines) * n) + column, inside);
                var c = TAccess.Load(x, ((row + (2 * lines)) * n) + column, inside);
                var d = TAccess.Load(x, ((row + (3 * lines)) * n) + column, inside);
                a.Add(b);
                c.Add(d);
                a.Add(c);
                sum.Add(a);
            }

            for (; row < end; row += lines) sum.Add(TAccess.Load(x, (row * n) + column, inside));
        }

        sums[t] = sum;
        Group.Barrier();
        if (line != 0 || inside <= 0) return;
        for (int i = 1; i < lines; i++) sum.Add(sums[lane + (i * lanes)]);
        TAccess.Store(partial, (chunk * n) + column, sum, inside);
    }
}
