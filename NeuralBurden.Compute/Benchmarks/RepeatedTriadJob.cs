using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>The triad over one stretch again and again, so that it stays in the cache that holds it.</summary>
internal struct RepeatedTriadJob : ISimdJob
{
    public TriadJob Triad;
    public int Repeats;

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int i = 0; i < Repeats; i++) Triad.Run<S, V>(part, worker);
    }
}
