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

/// <summary>One row of dx [M, C].</summary>
internal readonly struct NormalizeGradient(
    ArrayView<float> dy,
    ArrayView<float> x,
    ArrayView<float> gamma,
    ArrayView<float> mean,
    ArrayView<float> rstd,
    ArrayView<float> dx,
    int accumulate,
    int m,
    int c,
    int lanes) : IKernel
{
    public void Execute()
    {
        var sums = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        var products = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        int lane = Group.IdxX % lanes, row = (Grid.IdxX * (Group.DimX / lanes)) + (Group.IdxX / lanes);
        int at = row < m ? row * c : 0, end = row < m ? c : 0;
        float center = row < m ? mean[row] : 0, scale = row < m ? rstd[row] : 0;
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
}

/// <summary>The terms of dgamma and dbeta.</summary>
internal readonly struct ScaleAndShiftTerms(
    ArrayView<float> dy, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> rstd, int c)
    : IColumnTerms
{
    public void Add(int row, int column, ref float first, ref float second)
    {
        int at = (row * c) + column;
        first += dy[at] * ((x[at] - mean[row]) * rstd[row]);
        second += dy[at];
    }
}
