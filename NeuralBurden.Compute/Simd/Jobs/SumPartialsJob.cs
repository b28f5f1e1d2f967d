
namespace NeuralBurden.Compute.Simd.Jobs;

/// <summary>target = partial 0 + partial 1 + ..., in this order, or target += the sum.</summary>
internal unsafe struct SumPartialsJob : ISimdJob
{
    /// <summary>Elements that one part adds up.</summary>
    public const int Grain = 1 << 14;

    public long Count;
    public int Groups;

    /// <summary>Partial g begins at Partials + g * Stride.</summary>
    public float* Partials;
    public long Stride;
    public float* Target;
    public bool Accumulate;

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        long last = Math.Min(Count, (part + 1L) * Grain);
        for (long i = (long)part * Grain; i < last; i += S.Count)
        {
            int count = (int)Math.Min(S.Count, last - i);
            var sum = S.LoadPartial(Partials + i, count);
            for (int group = 1; group < Groups; group++)
                sum = S.Add(sum, S.LoadPartial(Partials + (group * Stride) + i, count));
            if (Accumulate) sum = S.Add(S.LoadPartial(Target + i, count), sum);
            S.StorePartial(sum, Target + i, count);
        }
    }
}
