using ILGPU;

namespace NeuralBurden.Compute.GpuParts;

/// <summary>
/// Sums over the lanes of a row, for groups of rows x lanes threads (thread t is lane t % lanes of row t /
/// lanes). Every thread adds the same values in the same order, so all get the same bits and one barrier is
/// enough. A kernel that sums more than once gives each sum its own shared memory, or a barrier in between.
/// </summary>
internal static class Lanes
{
    /// <summary>
    /// Most threads in a group of any kernel, and so the length of the shared memory of a sum.
    /// </summary>
    public const int MaxThreads = 256;

    public static float Sum(ArrayView<float> shared, float value, int lanes)
    {
        int t = Group.IdxX, first = t - (t % lanes);
        shared[t] = value;
        Group.Barrier();
        float sum = 0;
        for (int i = 0; i < lanes; i++) sum += shared[first + i];
        return sum;
    }

    /// <summary>The sum over a whole group of threads, a power of two of them: of runs of them first, then of these.</summary>
    public static float SumOfGroup(ArrayView<float> shared, float value)
    {
        int t = Group.IdxX, run = 1;
        while (run * run < Group.DimX) run *= 2;
        int runs = Group.DimX / run;
        shared[t] = value;
        Group.Barrier();
        float sum = 0;
        for (int i = 0; i < run && t < runs; i++) sum += shared[(t * run) + i];
        Group.Barrier();
        if (t < runs) shared[t] = sum;
        Group.Barrier();
        sum = 0;
        for (int i = 0; i < runs; i++) sum += shared[i];
        return sum;
    }

    /// <summary>Largest value of the row, NaN left out; -infinity if there is none.</summary>
    public static float Max(ArrayView<float> shared, float value, int lanes)
    {
        int t = Group.IdxX, first = t - (t % lanes);
        shared[t] = value;
        Group.Barrier();
        float max = float.NegativeInfinity;
        for (int i = 0; i < lanes; i++)
        {
            if (shared[first + i] > max) max = shared[first + i];
        }

        return max;
    }

    /// <summary>Smallest value of the row.</summary>
    public static int Min(ArrayView<int> shared, int value, int lanes)
    {
        int t = Group.IdxX, first = t - (t % lanes);
        shared[t] = value;
        Group.Barrier();
        int min = int.MaxValue;
        for (int i = 0; i < lanes; i++)
        {
            if (shared[first + i] < min) min = shared[first + i];
        }

        return min;
    }
}
