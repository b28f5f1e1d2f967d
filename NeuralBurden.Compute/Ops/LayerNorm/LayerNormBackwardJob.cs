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
        for (int i = part * Rows; i < last; i++)
        {
            nint at = (nint)i * _c;
            Row<S, V>(_c, _dy + at, _x + at, _gamma, _mean[i], _rstd[i], _dx + at, dgamma, dbeta, _accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Row<S, V>(
        int c, float* dy, float* x, float* gamma, float mean, float rstd, float* dx, float* dgamma, float* dbeta, bool accumulate)
        where S : struct, ISimd<V>
        where V : struct
    {
        // n = (x - mean) rstd, g = dy gamma. Partial loads give dy = 0 past the end, so nothing is summed there.
        V sumG = S.Zero, sumGn = S.Zero, center = S.Broadcast(mean), scale = S.Broadcast(rstd);
        for (int j = 0; j < c; j += S.Count)
        {
            int count = c - j;
            var n = S.Multiply(S.Subtract(S.LoadPartial(x + j, count), center), scale);
            var d = S.LoadPartial(dy + j, count);
            var g = S.Multiply(d, S.LoadPartial(gamma + j, count));
            sumG = S.Add(sumG, g);
            sumGn = S.MultiplyAdd(g, S.KeepFirst(n, count), sumGn);
            S.StorePartial(S.MultiplyAdd(d, n, S.LoadPartial(dgamma + j, count)), dgamma + j, count);
            S.StorePartial(S.Add(d, S.LoadPartial(dbeta + j, count)), dbeta + j, count);
        }

        V meanG = S.Broadcast(S.Sum(sumG) / c), meanGn = S.Broadcast(S.Sum(sumGn) / c);
        for (int j = 0; j < c; j += S.Count)
        {
            int count = c - j;
            var n = S.Multiply(S.Subtract(S.LoadPartial(x + j, count), center), scale);
            var g = S.Multiply(S.LoadPartial(dy + j, count), S.LoadPartial(gamma + j, count));
            var gradient = S.Multiply(scale, S.Subtract(S.Subtract(g, meanG), S.Multiply(n, meanGn)));
            if (accumulate) gradient = S.Add(S.LoadPartial(dx + j, count), gradient);
            S.StorePartial(gradient, dx + j, count);
        }
    }
}
