using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.ClipByNorm;

/// <summary>partial[g] = the sum of squares of group g's elements.</summary>
internal readonly struct SquareSums(ArrayView<float> g, int n, ArrayView<float> partial) : IKernel
{
    public void Execute()
    {
        var shared = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        int stride = Grid.DimX * Group.DimX;
        float sum = 0;
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;

        // Four loads under way at once.
        for (; i + (3 * stride) < n; i += 4 * stride)
        {
            float a = g[i], b = g[i + stride], c = g[i + (2 * stride)], d = g[i + (3 * stride)];
            sum += (a * a) + (b * b) + ((c * c) + (d * d));
        }

        for (; i < n; i += stride) sum += g[i] * g[i];
        sum = Lanes.SumOfGroup(shared, sum);
        if (Group.IdxX == 0) partial[Grid.IdxX] = sum;
    }
}

/// <summary>
/// Every group adds up the partial sums by itself, and so knows the norm without another launch.
/// </summary>
internal readonly struct ScaleToNorm(
    ArrayView<float> g, int n, ArrayView<float> partial, int parts, float maximum, ArrayView<float> norm)
    : IKernel
{
    public void Execute()
    {
        var shared = GroupMemory.Allocate<float>(Lanes.MaxThreads);
        float sum = 0;
        for (int i = Group.IdxX; i < parts; i += Group.DimX) sum += partial[i];
        float length = MathF.Sqrt(Lanes.SumOfGroup(shared, sum));
        if (Grid.IdxX == 0 && Group.IdxX == 0) norm[0] = length;

        // False for a norm that is NaN or infinite: g stays as it is.
        if (!(length > maximum && length <= float.MaxValue)) return;
        float factor = maximum / length;
        int stride = Grid.DimX * Group.DimX;
        for (int i = (Grid.IdxX * Group.DimX) + Group.IdxX; i < n; i += stride) g[i] *= factor;
    }
}
