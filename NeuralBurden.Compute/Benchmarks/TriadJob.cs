using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>a = b + s c over one stretch of the arrays; <see cref="Grain"/> is a multiple of every vector width.</summary>
internal unsafe struct TriadJob : ISimdJob
{
    public float* A;
    public float* B;
    public float* C;
    public int Grain;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        long start = (long)part * Grain;
        float* a = A + start, b = B + start, c = C + start;
        var s = S.Broadcast(0.5f);
        for (int i = 0; i < Grain; i += S.Count)
            S.Store(S.MultiplyAdd(s, S.Load(c + i), S.Load(b + i)), a + i);
    }
}
