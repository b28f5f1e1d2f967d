using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.LayerNorm;

/// <summary>
/// One row of x [M, C] by the lanes of a row. y may be x: a lane rereads only what it has not written.
/// </summary>
internal readonly struct Normalize(
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
{
    public void Execute()
    {
        var sums = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        var squares = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        int lane = Group.IdxX % lanes, row = (Grid.IdxX * (Group.DimX / lanes)) + (Group.IdxX / lanes);
        int at = row < m ? row * c : 0, end = row < m ? c : 0;
        float sum = 0;
        for (int j = lane; j < end; j += lanes) sum += x[at + j];
        float center = Lanes.Sum(sums, sum, lanes) / c;
        sum = 0;
        for (int j = lane; j < end; j += lanes)
        {
            float distance = x[at + j] - center;
            sum += distance * distance;
        }

        float scale = 1 / MathF.Sqrt((Lanes.Sum(squares, sum, lanes) / c) + epsilon);
        for (int j = lane; j < end; j += lanes)
            y[at + j] = ((x[at + j] - center) * scale * gamma[j]) + beta[j];
        if (lane != 0 || row >= m) return;
        mean[row] = center;
        rstd[row] = scale;
    }
}

/// <summary>
/// dx [M, C] for one chunk of rows, and its share of dgamma and dbeta: partial [2, chunks, C], which <see
/// cref="FoldChunks"/> adds up. The chunk is read twice in one launch, the second time from a cache.
/// </summary>
internal readonly struct NormalizeGradient(
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
{
    public void Execute()
    {
        var sums = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        var products = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        int chunk = Grid.IdxX, lines = Group.DimX / lanes, lane = Group.IdxX % lanes, line = Group.IdxX / lanes;
        int first = chunk * chunkRows, end = Math.Min(first + chunkRows, m);

        // As many rounds for every line: all of a group's threads meet at the barriers.
        for (int start = first; start < first + chunkRows; start += lines)
        {
            int row = start + line;
            Row(sums, products, row, row < end ? c : 0, lane);
            Group.Barrier();
        }

        for (int j = Group.IdxX; j < c; j += Group.DimX) Columns(chunk, first, end, j);
    }

    private void Row(ArrayView<float> sums, ArrayView<float> products, int row, int end, int lane)
    {
        int at = end > 0 ? row * c : 0;
        float center = end > 0 ? mean[row] : 0, scale = end > 0 ? rstd[row] : 0;
        float sum = 0, product = 0;
        for (int j = lane; j < end; j += lanes)
        {
            float g = dy[at + j] * gamma[j];
            sum += g;
            product += g * ((x[at + j] - center) * scale);
        }

        float meanG = Lanes.Sum(sums, sum, lanes) / c, meanGn = Lanes.Sum(products, product, lanes) / c;
        for (int j = lane; j < end; j += lanes)
        {
            float g = dy[at + j] * gamma[j], normal = (x[at + j] - center) * scale;
            float gradient = scale * (g - meanG - (normal * meanGn));
            dx[at + j] = accumulate != 0 ? dx[at + j] + gradient : gradient;
        }
    }

    // Neighbouring threads read neighbouring columns.
    private void Columns(int chunk, int first, int end, int column)
    {
        float dGamma = 0, dBeta = 0;
        for (int row = first; row < end; row++)
        {
            int at = (row * c) + column;
            dGamma += dy[at] * ((x[at] - mean[row]) * rstd[row]);
            dBeta += dy[at];
        }

        partial[(chunk * c) + column] = dGamma;
        partial[((chunks + chunk) * c) + column] = dBeta;
    }
}
