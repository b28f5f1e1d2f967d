using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using static NeuralBurden.Compute.Simd.Jobs.CpuBuffer;

namespace NeuralBurden.Compute.Ops.LayerNorm;

/// <summary>Rows of LayerNorm; a row stays in the first cache level over its three passes.</summary>
internal readonly unsafe struct LayerNormJob(in LayerNormArguments args) : ISimdJob
{
    public const int Rows = 64;

    private readonly int _m = args.Extents.M, _c = args.Extents.C;
    private readonly float* _x = F(args.X), _gamma = F(args.Gamma), _beta = F(args.Beta), _y = F(args.Y);
    private readonly float* _mean = F(args.Mean), _rstd = F(args.Rstd);
    private readonly float _epsilon = args.Epsilon;

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int last = Math.Min(_m, (part + 1) * Rows);
        for (int i = part * Rows; i < last; i++)
            Row<S, V>(_c, _x + ((nint)i * _c), _gamma, _beta, _y + ((nint)i * _c), _mean + i, _rstd + i, _epsilon);
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
