using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;

namespace NeuralBurden.Compute.Ops.LayerNorm;

/// <summary>Rows of LayerNorm; a row stays in the first cache level over its three passes.</summary>
internal unsafe struct LayerNormJob : ISimdJob
{
    public const int Rows = 64;

    public int M;
    public int C;
    public float* X;
    public float* Gamma;
    public float* Beta;
    public float* Y;
    public float* Mean;
    public float* Rstd;
    public float Epsilon;

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int last = Math.Min(M, (part + 1) * Rows);
        for (int i = part * Rows; i < last; i++)
            Row<S, V>(C, X + ((nint)i * C), Gamma, Beta, Y + ((nint)i * C), Mean + i, Rstd + i, Epsilon);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Row<S, V>(
        int c, float* x, float* gamma, float* beta, float* y, float* mean, float* rstd, float epsilon)
        where S : struct, ISimd<V>
        where V : struct
    {
        V sum = S.Zero, squares = S.Zero;
        int full = c - (c % S.Count), rest = c - full, j = 0;
        for (; j < full; j += S.Count) sum = S.Add(sum, S.Load(x + j));
        if (rest > 0) sum = S.Add(sum, S.LoadPartial(x + j, rest));
        float center = S.Sum(sum) / c;
        var shift = S.Broadcast(center);
        for (j = 0; j < full; j += S.Count)
        {
            var d = S.Subtract(S.Load(x + j), shift);
            squares = S.MultiplyAdd(d, d, squares);
        }

        if (rest > 0)
        {
            var d = S.KeepFirst(S.Subtract(S.LoadPartial(x + j, rest), shift), rest);
            squares = S.MultiplyAdd(d, d, squares);
        }

        float inverse = 1 / MathF.Sqrt((S.Sum(squares) / c) + epsilon);
        *mean = center;
        *rstd = inverse;
        var scale = S.Broadcast(inverse);
        for (j = 0; j < full; j += S.Count)
        {
            var n = S.Multiply(S.Subtract(S.Load(x + j), shift), scale);
            S.Store(S.MultiplyAdd(n, S.Load(gamma + j), S.Load(beta + j)), y + j);
        }

        if (rest > 0)
        {
            var n = S.Multiply(S.Subtract(S.LoadPartial(x + j, rest), shift), scale);
            S.StorePartial(S.MultiplyAdd(n, S.LoadPartial(gamma + j, rest), S.LoadPartial(beta + j, rest)), y + j, rest);
        }
    }
}
