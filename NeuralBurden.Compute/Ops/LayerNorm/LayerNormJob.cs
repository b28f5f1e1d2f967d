using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using static NeuralBurden.Compute.Simd.Jobs.CpuBuffer;

namespace NeuralBurden.Compute.Ops.LayerNorm;

/// <summary>
/// Rows of LayerNorm in three passes: means, deviations, results. Each pass goes over a few rows that stay in the first
/// cache level: row by row, a pass would wait for the sum of the one before it.
/// </summary>
internal readonly unsafe struct LayerNormJob(in LayerNormArguments args) : ISimdJob
{
    public const int Rows = 64;

    private const int FloatsAtOnce = 4096;

    private readonly int _m = args.Extents.M, _c = args.Extents.C;
    private readonly float* _x = F(args.X), _gamma = F(args.Gamma), _beta = F(args.Beta), _y = F(args.Y);
    private readonly float* _mean = F(args.Mean), _rstd = F(args.Rstd);
    private readonly float _epsilon = args.Epsilon;

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int last = Math.Min(_m, (part + 1) * Rows), atOnce = Math.Max(1, FloatsAtOnce / _c);
        for (int i = part * Rows; i < last; i += atOnce)
        {
            int rows = Math.Min(atOnce, last - i);
            nint at = (nint)i * _c;
            Center<S, V>(rows, _c, _x + at, _mean + i);
            Deviate<S, V>(rows, _c, _x + at, _mean + i, _rstd + i, _epsilon);
            Normalize<S, V>(rows, _c, _x + at, _gamma, _beta, _y + at, _mean + i, _rstd + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Center<S, V>(int rows, int c, float* x, float* mean)
        where S : struct, ISimd<V>
        where V : struct
    {
        int full = c - (c % S.Count), rest = c - full;
        for (int i = 0; i < rows; i++, x += c)
        {
            var sum = S.Zero;
            for (int j = 0; j < full; j += S.Count) sum = S.Add(sum, S.Load(x + j));
            if (rest > 0) sum = S.Add(sum, S.LoadPartial(x + full, rest));
            mean[i] = S.Sum(sum) / c;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Deviate<S, V>(int rows, int c, float* x, float* mean, float* rstd, float epsilon)
        where S : struct, ISimd<V>
        where V : struct
    {
        int full = c - (c % S.Count), rest = c - full;
        for (int i = 0; i < rows; i++, x += c)
        {
            V squares = S.Zero, shift = S.Broadcast(mean[i]);
            for (int j = 0; j < full; j += S.Count)
            {
                var d = S.Subtract(S.Load(x + j), shift);
                squares = S.MultiplyAdd(d, d, squares);
            }

            if (rest > 0)
            {
                var d = S.KeepFirst(S.Subtract(S.LoadPartial(x + full, rest), shift), rest);
                squares = S.MultiplyAdd(d, d, squares);
            }

            rstd[i] = 1 / MathF.Sqrt((S.Sum(squares) / c) + epsilon);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Normalize<S, V>(
        int rows, int c, float* x, float* gamma, float* beta, float* y, float* mean, float* rstd)
        where S : struct, ISimd<V>
        where V : struct
    {
        int full = c - (c % S.Count), rest = c - full;
        for (int i = 0; i < rows; i++, x += c, y += c)
        {
            V shift = S.Broadcast(mean[i]), scale = S.Broadcast(rstd[i]);
            for (int j = 0; j < full; j += S.Count)
            {
                var n = S.Multiply(S.Subtract(S.Load(x + j), shift), scale);
                S.Store(S.MultiplyAdd(n, S.Load(gamma + j), S.Load(beta + j)), y + j);
            }

            if (rest > 0)
            {
                var n = S.Multiply(S.Subtract(S.LoadPartial(x + full, rest), shift), scale);
                var b = S.LoadPartial(beta + full, rest);
                S.StorePartial(S.MultiplyAdd(n, S.LoadPartial(gamma + full, rest), b), y + full, rest);
            }
        }
    }
}
