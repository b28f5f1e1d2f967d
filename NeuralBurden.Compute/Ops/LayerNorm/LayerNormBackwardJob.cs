using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Ops.LayerNorm;

/// <summary>Rows of LayerNorm's gradients; dgamma and dbeta are summed over the part's rows into its partial result.</summary>
internal unsafe struct LayerNormBackwardJob : ISimdJob
{
    public const int Rows = 128;

    public int M;
    public int C;
    public float* Dy;
    public float* X;
    public float* Gamma;
    public float* Mean;
    public float* Rstd;
    public float* Dx;

    /// <summary>[parts, 2, Width]: dgamma, dbeta.</summary>
    public float* Partials;
    public long Width;
    public bool Accumulate;

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* dgamma = Partials + (part * 2 * Width), dbeta = dgamma + Width;
        new Span<float>(dgamma, C).Clear();
        new Span<float>(dbeta, C).Clear();
        int last = Math.Min(M, (part + 1) * Rows);
        for (int i = part * Rows; i < last; i++)
        {
            nint at = (nint)i * C;
            Row<S, V>(C, Dy + at, X + at, Gamma, Mean[i], Rstd[i], Dx + at, dgamma, dbeta, Accumulate);
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
