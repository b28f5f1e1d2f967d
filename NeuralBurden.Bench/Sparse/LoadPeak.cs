using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Simd;

namespace NeuralBurden.Bench.Sparse;

/// <summary>Whole vectors that one core reads a second from its first cache level at best, measured.</summary>
internal static unsafe class LoadPeak
{
    private const int Floats = 2048;
    private const int Sweeps = 4096;
    private const int Samples = 20;

    /// <summary>For the width that the CPU device picks.</summary>
    public static double Measure()
    {
        if (Vector512.IsHardwareAccelerated) return Measure<Simd512, Vector512<float>>();
        if (Vector256.IsHardwareAccelerated) return Measure<Simd256, Vector256<float>>();
        return Measure<Simd128, Vector128<float>>();
    }

    private static double Measure<S, V>()
        where S : struct, ISimd<V>
        where V : struct
    {
        float* memory = stackalloc float[Floats + 16];
        float* first = (float*)(((nint)memory + 63) & ~63);
        new Span<float>(first, Floats).Fill(1);
        double best = double.PositiveInfinity;
        for (int sample = 0; sample < Samples; sample++)
        {
            double before = MeasuringClock.Thread.Now;
            // The result must be used, or there is nothing to compute.
            if (Read<S, V>(first) < 0) throw new InvalidOperationException("a sum of ones is negative");
            best = Math.Min(best, MeasuringClock.Thread.Now - before);
        }

        return (double)Floats / S.Count * Sweeps / best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Read<S, V>(float* from)
        where S : struct, ISimd<V>
        where V : struct
    {
        V a = S.Zero, b = S.Zero, c = S.Zero, d = S.Zero, e = S.Zero, f = S.Zero, g = S.Zero, h = S.Zero;
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (float* at = from; at < from + Floats; at += 8 * S.Count)
            {
                a = S.Add(a, S.Load(at));
                b = S.Add(b, S.Load(at + S.Count));
                c = S.Add(c, S.Load(at + (2 * S.Count)));
                d = S.Add(d, S.Load(at + (3 * S.Count)));
                e = S.Add(e, S.Load(at + (4 * S.Count)));
                f = S.Add(f, S.Load(at + (5 * S.Count)));
                g = S.Add(g, S.Load(at + (6 * S.Count)));
                h = S.Add(h, S.Load(at + (7 * S.Count)));
            }
        }

        return S.Sum(S.Add(S.Add(S.Add(a, b), S.Add(c, d)), S.Add(S.Add(e, f), S.Add(g, h))));
    }
}
