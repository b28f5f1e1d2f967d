using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>
/// Fused multiply-adds in registers. Twelve chains hide the latency of two units of four or five cycles and leave
/// registers for the operands even where there are only sixteen.
/// </summary>
internal unsafe struct MultiplyAddJob : ISimdJob
{
    public const int Chains = 12;

    public int Iterations;
    public float* Sink;

    // Compiled fully at once: the loop is the measurement, not a warm-up for it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        // Converges to y / (1 - x): no denormals, no overflow.
        V x = S.Broadcast(0.75f), y = S.Broadcast(0.25f);
        V a0 = S.Broadcast(0.1f), a1 = S.Broadcast(0.2f), a2 = S.Broadcast(0.3f), a3 = S.Broadcast(0.4f);
        V a4 = S.Broadcast(0.5f), a5 = S.Broadcast(0.6f), a6 = S.Broadcast(0.7f), a7 = S.Broadcast(0.8f);
        V a8 = S.Broadcast(0.9f), a9 = S.Broadcast(1.1f), a10 = S.Broadcast(1.2f), a11 = S.Broadcast(1.3f);
        for (int i = 0; i < Iterations; i++)
        {
            a0 = S.MultiplyAdd(a0, x, y);
            a1 = S.MultiplyAdd(a1, x, y);
            a2 = S.MultiplyAdd(a2, x, y);
            a3 = S.MultiplyAdd(a3, x, y);
            a4 = S.MultiplyAdd(a4, x, y);
            a5 = S.MultiplyAdd(a5, x, y);
            a6 = S.MultiplyAdd(a6, x, y);
            a7 = S.MultiplyAdd(a7, x, y);
            a8 = S.MultiplyAdd(a8, x, y);
            a9 = S.MultiplyAdd(a9, x, y);
            a10 = S.MultiplyAdd(a10, x, y);
            a11 = S.MultiplyAdd(a11, x, y);
        }

        var sum = S.Add(S.Add(S.Add(a0, a1), S.Add(a2, a3)), S.Add(S.Add(a4, a5), S.Add(a6, a7)));
        // The result must be used, or there is nothing to compute.
        if (S.Sum(S.Add(sum, S.Add(S.Add(a8, a9), S.Add(a10, a11)))) < 0) *Sink = part;
    }
}
