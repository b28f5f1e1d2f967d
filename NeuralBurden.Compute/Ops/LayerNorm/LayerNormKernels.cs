using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.LayerNorm;

/// <summary>
/// One row of x [M, C] by the lanes of a row, a quad at a time. y may be x: a lane rereads only what it has not written.
/// </summary>
internal readonly struct Normalize<TAccess>(
    ArrayView<float> x,
    ArrayView<float> gamma,
    ArrayView<float> beta,
    ArrayView<float> y,
    ArrayView<float> mean,
    ArrayView<float> rstd,
    float epsilon,
    int m,
    int c,
    int lanes) : IKernel
    where TAccess : struct, IAccess
{
    public void Execute()
    {
        var sums = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        var squares = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        int lane = Group.IdxX % lanes, row = (Grid.IdxX * (Group.DimX / lanes)) + (Group.IdxX / lanes);
        int at = row < m ? row * c : 0, end = row < m ? c : 0;
        float sum = 0;
        for (int j = 4 * lane; j < end; j += 4 * lanes) sum += TAccess.Keep(TAccess.Load(x, at + j, end - j), end - j).Sum;
        float center = Lanes.Sum(sums, sum, lanes) / c;
        sum = 0;
        for (int j = 4 * lane; j < end; j += 4 * lanes)
        {
            var distance = TAccess.Load(x, at + j, end - j);
            distance.Add(Float4.Of(-center));
            distance.Multiply(distance);
            sum += TAccess.Keep(distance, end - j).Sum;
        }

        float scale = 1 / MathF.Sqrt((Lanes.Sum(squares, sum, lanes) / c) + epsilon);
        for (int j = 4 * lane; j < end; j += 4 * lanes)
        {
            Float4 values = TAccess.Load(x, at + j, end - j), scales = TAccess.Load(gamma, j, end - j);
            values.Add(Float4.Of(-center));
            values.Multiply(Float4.Of(scale));
            values.Multiply(scales);
            values.Add(TAccess.Load(beta, j, end - j));
            TAccess.Store(y, at + j, values, end - j);
        }

        if (lane != 0 || row >= m) return;
        mean[row] = center;
        rstd[row] = scale;
    }
}

/// <summary>
/// dx [M, C] for one chunk of rows, and its share of dgamma and dbeta: partial [2, chunks, C], which <see
/// cref="FoldChunks"/> adds up. The chunk is read twice in one launch, the second time from a cache.
/// </summary>
internal readonly struct NormalizeGradient<TAccess>(
    ArrayView<float> dy,
    ArrayView<float> x,
    ArrayView<float> gamma,
    ArrayView<float> mean,
    ArrayView<float> rstd,
    ArrayView<float> dx,
    ArrayView<float> partial,
    int accumulate,
    int m,
    int c,
    int lanes,
    int chunkRows,
    int chunks) : IKernel
    where TAccess : struct, IAccess
{
    public void Execute()
    {
        // Of the rows, then of the columns.
        var sums = GroupMemory.Allocate<Float4>(2 * Lanes.MaxThreads);
        int chunk = Grid.IdxX, lines = Group.DimX / lanes, lane = Group.IdxX % lanes, line = Group.IdxX / lanes;
        int first = chunk * chunkRows, end = Math.Min(first + chunkRows, m);

        // As many rounds for every line: all of a group's threads meet at the barriers.
        for (int start = first; start < first + chunkRows; start += lines)
        {
            int row = start + line;
            Row(sums.Cast<float>(), row, row < end ? c : 0, lane);
            Group.Barrier();
        }

        // As many threads as there are quads in a row, or all; as many rows at once as that leaves threads for.
        int quads = (c + 3) / 4, width = Math.Min(quads, Group.DimX);
        int parts = Math.Min(Group.DimX / width, chunkRows), part = Group.IdxX / width;
        for (int start = 0; start < quads; start += width)
        {
            int column = 4 * (start + (Group.IdxX % width));
            Columns(sums, chunk, first, end, column < c && part < parts ? column : -1, part, parts, width);
            Group.Barrier();
        }
    }

    private void Row(ArrayView<float> sums, int row, int end, int lane)
    {
        int at = end > 0 ? row * c : 0, t = Group.IdxX, group = t - lane;
        float center = end > 0 ? mean[row] : 0, scale = end > 0 ? rstd[row] : 0;
        float sum = 0, product = 0;
        for (int j = 4 * lane; j < end; j += 4 * lanes)
        {
            var (g, normal) = Quad(at + j, j, end - j, center, scale);
            g = TAccess.Keep(g, end - j);
            sum += g.Sum;
            g.Multiply(normal);
            product += TAccess.Keep(g, end - j).Sum;
        }

        // Both sums with one barrier.
        sums[t] = sum;
        sums[Lanes.MaxThreads + t] = product;
        Group.Barrier();
        float meanG = 0, meanGn = 0;
        for (int i = group; i < group + lanes; i++)
        {
            meanG += sums[i];
            meanGn += sums[Lanes.MaxThreads + i];
        }

        meanG /= c;
        meanGn /= c;
        for (int j = 4 * lane; j < end; j += 4 * lanes)
        {
            var (g, normal) = Quad(at + j, j, end - j, center, scale);
            g.Add(Float4.Of(-meanG));
            g.AddScaled(-meanGn, normal);
            var gradient = accumulate != 0 ? TAccess.Load(dx, at + j, end - j) : default;
            gradient.AddScaled(scale, g);
            TAccess.Store(dx, at + j, gradient, end - j);
        }
    }

    // dy gamma and the normalized x of four elements.
    private (Float4 G, Float4 Normal) Quad(int index, int column, int inside, float center, float scale)
    {
        Float4 g = TAccess.Load(dy, index, inside), normal = TAccess.Load(x, index, inside);
        g.Multiply(TAccess.Load(gamma, column, inside));
        normal.Add(Float4.Of(-center));
        normal.Multiply(Float4.Of(scale));
        return (g, normal);
    }

    // Column -1: none, for a thread that only takes part in the barrier.
    private void Columns(
        ArrayView<Float4> sums, int chunk, int first, int end, int column, int part, int parts, int width)
    {
        Float4 dGamma = default, dBeta = default;
        int inside = c - column, t = Group.IdxX;
        for (int row = first + part; row < end && column >= 0; row += parts)
        {
            int at = (row * c) + column;
            Float4 gradient = TAccess.Load(dy, at, inside), normal = TAccess.Load(x, at, inside);
            dBeta.Add(gradient);
            normal.Add(Float4.Of(-mean[row]));
            normal.Multiply(Float4.Of(rstd[row]));
            normal.Multiply(gradient);
            dGamma.Add(normal);
        }

        sums[t] = dGamma;
        sums[Lanes.MaxThreads + t] = dBeta;
        Group.Barrier();
        if (part != 0 || column < 0) return;
        for (int i = 1; i < parts; i++)
        {
            dGamma.Add(sums[t + (i * width)]);
            dBeta.Add(sums[Lanes.MaxThreads + t + (i * width)]);
        }

        TAccess.Store(partial, (chunk * c) + column, dGamma, inside);
        TAccess.Store(partial, ((chunks + chunk) * c) + column, dBeta, inside);
    }
}
