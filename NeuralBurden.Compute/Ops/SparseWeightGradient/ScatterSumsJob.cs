using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Ops.SparseWeightGradient;

/// <summary>target[position[k]] = partial 0 + partial 1 + ... of entry k, in this order, where it has a position.</summary>
internal unsafe struct ScatterSumsJob : ISimdJob
{
    public const int Grain = 1 << 13;

    public int Count;
    public int Groups;
    public float* Partials;
    public long Stride;
    public int* Position;
    public float* Target;

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int first = part * Grain, last = Math.Min(Count, first + Grain);
        for (int k = first; k < last; k++)
        {
            if (Position[k] < 0) continue;
            float sum = Partials[k];
            for (int group = 1; group < Groups; group++) sum += Partials[(group * Stride) + k];
            Target[Position[k]] = sum;
        }
    }
}
