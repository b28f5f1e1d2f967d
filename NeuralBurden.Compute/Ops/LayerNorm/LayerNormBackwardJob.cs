using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using static NeuralBurden.Compute.Simd.Jobs.CpuBuffer;

namespace NeuralBurden.Compute.Ops.LayerNorm;

/// <summary>Rows of LayerNorm's gradients; dgamma and dbeta are summed over the part's rows into its partial result.</summary>
internal readonly unsafe struct LayerNormBackwardJob(
    in LayerNormBackwardArguments args, float* partials, long width) : ISimdJob
{
    public const int Rows = 128;

    // They stay in the first cache level from the first pass to the second, and do not wait for each other's sums.
    private const int RowsAtOnce = 8;

    private readonly int _m = args.Extents.M, _c = args.Extents.C;
    private readonly float* _dy = F(args.Dy), _x = F(args.X), _gamma = F(args.Gamma), _mean = F(args.Mean);
    private readonly float* _rstd = F(args.Rstd), _dx = F(args.Dx);

    /// <summary>[parts, 2, Width]: dgamma, dbeta.</summary>
    private readonly float* _partials = partials;
    private readonly long _width = width;
    private readonly bool _accumulate = args.Accumulate;

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* dgamma = _partials + (part * 2 * _width), dbeta = dgamma + _width;
        new Span<float>(dgamma, _c).Clear();
        new Span<float>(dbeta, _c).Clear();
        int last = Math.Min(_m, (part + 1) * Rows);
        float* means = stackalloc float[2 * RowsAtOnce];
        for (int i = part * Rows; i < last; i += RowsAtOnce)
        {
            int rows = Math.Min(RowsAtOnce, last - i);
            float* dy = _dy + ((nint)i * _c), x = _x + ((nint)i * _c), dx = _dx + ((nint)i * _c);
            Sum<S, V>(rows, _c, dy, x, _gamma, _mean + i, _rstd + i, means, dgamma, dbeta);
            Spread<S, V>(rows, _c, dy, x, _gamma, _mean + i, _rstd + i, means, dx, _accumulate);
        }
    }

    /// <summary>Of each row the means of g and of g n, in pairs; of all rows the sums of dy n and of dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sum<S, V>(
        int rows, int c, float* dy, float* x, float* gamma, float* mean, float* rstd, float* means, float* dgamma, float* dbeta)
        where S : struct, ISimd<V>
        where V : struct
    {
        // n = (x - mean) rstd, g = dy gamma. Partial loads give dy = 0 past the end, so nothing is summed there.
        int full = c - (c % S.Count), rest = c - full;
        for (int i = 0; i < rows; i++, dy += c, x += c)
        {
            V sumG = S.Zero, sumGn = S.Zero, center = S.Broadcast(mean[i]), scale = S.Broadcast(rstd[i]);
            for (int j = 0; j < full; j += S.Count)
            {
                V n = S.Multiply(S.Subtract(S.Load(x + j), center), scale), d = S.Load(dy + j);
                var g = S.Multiply(d, S.Load(gamma + j));
                sumG = S.Add(sumG, g);
                sumGn = S.MultiplyAdd(g, n, sumGn);
                S.Store(S.MultiplyAdd(d, n, S.Load(dgamma + j)), dgamma + j);
                S.Store(S.Add(d, S.Load(dbeta + j)), dbeta + j);
            }

            if (rest > 0)
            {
                var n = S.KeepFirst(S.Multiply(S.Subtract(S.LoadPartial(x + full, rest), center), scale), rest);
                var d = S.LoadPartial(dy + full, rest);
                var g = S.Multiply(d, S.LoadPartial(gamma + full, rest));
                sumG = S.Add(sumG, g);
                sumGn = S.MultiplyAdd(g, n, sumGn);
                S.StorePartial(S.MultiplyAdd(d, n, S.LoadPartial(dgamma + full, rest)), dgamma + full, rest);
                S.StorePartial(S.Add(d, S.LoadPartial(dbeta + full, rest)), dbeta + full, rest);
            }

            means[2 * i] = S.Sum(sumG) / c;
            means[(2 * i) + 1] = S.Sum(sumGn) / c;
        }
    }

    /// <summary>dx (+)= rstd (g - mean(g) - n mean(g n)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Spread<S, V>(
        int rows, int c, float* dy, float* x, float* gamma, float* mean, float* rstd, float* means, float* dx, bool accumulate)
        where S : struct, ISimd<V>
        where V : struct
    {
        int full = c - (c % S.Count), rest = c - full;
        for (int i = 0; i < rows; i++, dy += c, x += c, dx += c)
        {
            V meanG = S.Broadcast(means[2 * i]), meanGn = S.Broadcast(means[(2 * i) + 1]);
            V center = S.Broadcast(mean[i]), scale = S.Broadcast(rstd[i]);
            for (int j = 0; j < full; j += S.Count)
            {
                var n = S.Multiply(S.Subtract(S.Load(x + j), center), scale);
                var g = S.Multiply(S.Load(dy + j), S.Load(gamma + j));
                var gradient = S.Multiply(scale, S.Subtract(S.Subtract(g, meanG), S.Multiply(n, meanGn)));
                if (accumulate) gradient = S.Add(S.Load(dx + j), gradient);
                S.Store(gradient, dx + j);
            }

            if (rest > 0)
            {
                var n = S.Multiply(S.Subtract(S.LoadPartial(x + full, rest), center), scale);
                var g = S.Multiply(S.LoadPartial(dy + full, rest), S.LoadPartial(gamma + full, rest));
                var gradient = S.Multiply(scale, S.Subtract(S.Subtract(g, meanG), S.Multiply(n, meanGn)));
                if (accumulate) gradient = S.Add(S.LoadPartial(dx + full, rest), gradient);
                S.StorePartial(gradient, dx + full, rest);
            }
        }
    }
}
