using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NeuralBurden.Compute.Cpu.Simd;

namespace NeuralBurden.Compute.Cpu.Kernels;

/// <summary>
/// Sparse weights times a tile of tokens. A tile's row holds one channel of all its tokens (see
/// <see cref="TokenTile"/>), so that one kept weight is one broadcast and a few multiply-adds of whole rows.
/// </summary>
internal static unsafe class SparseTile
{
    /// <summary>
    /// y[o] = sum over the entries of output o of value times x[input], one accumulator per element in the order of
    /// the entries; with <paramref name="carry"/> it starts from what y holds.
    /// </summary>
    /// <param name="start">First entry of each output, and the end of the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<S, V>(int outputs, int* start, int* index, float* values, float* x, float* y, bool carry)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (S.Count == 16) Four<S, V>(outputs, start, index, values, x, y, carry);
        else Eight<S, V>(outputs, start, index, values, x, y, carry);
    }

    /// <summary>
    /// sums[k] += over the tile's tokens dy[o] x[input] for every entry k of every output o.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sample<S, V>(int outputs, int* start, int* index, float* dy, float* x, float* sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = S.Count == 4 ? 32 : 64;
        for (int o = 0; o < outputs; o++, dy += size)
        {
            int k = start[o], end = start[o + 1];
            for (; k + 4 <= end; k += 4)
            {
                float* x0 = x + (index[k] * size), x1 = x + (index[k + 1] * size);
                float* x2 = x + (index[k + 2] * size), x3 = x + (index[k + 3] * size);
                var d = S.Load(dy);
                V a0 = S.Multiply(d, S.Load(x0)), a1 = S.Multiply(d, S.Load(x1));
                V a2 = S.Multiply(d, S.Load(x2)), a3 = S.Multiply(d, S.Load(x3));
                for (nint t = S.Count; t < size; t += S.Count)
                {
                    d = S.Load(dy + t);
                    a0 = S.MultiplyAdd(d, S.Load(x0 + t), a0);
                    a1 = S.MultiplyAdd(d, S.Load(x1 + t), a1);
                    a2 = S.MultiplyAdd(d, S.Load(x2 + t), a2);
                    a3 = S.MultiplyAdd(d, S.Load(x3 + t), a3);
                }

                (Vector128.Load(sums + k) + SumEach<S, V>(a0, a1, a2, a3)).Store(sums + k);
            }

            for (; k < end; k++)
            {
                float* x0 = x + (index[k] * size);
                var a = S.Multiply(S.Load(dy), S.Load(x0));
                for (nint t = S.Count; t < size; t += S.Count) a = S.MultiplyAdd(S.Load(dy + t), S.Load(x0 + t), a);
                sums[k] += S.Sum(a);
            }
        }
    }

    /// <summary>Tiles of four vectors: the rows of 128 channels fill two thirds of a 48 KiB cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four<S, V>(int outputs, int* start, int* index, float* values, float* x, float* y, bool carry)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = 4 * S.Count;
        int k = start[0];
        for (int o = 0; o < outputs; o++, y += size)
        {
            V a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero;
            if (carry)
            {
                (a0, a1) = (S.Load(y), S.Load(y + S.Count));
                (a2, a3) = (S.Load(y + (2 * S.Count)), S.Load(y + (3 * S.Count)));
            }

            for (int end = start[o + 1]; k < end; k++)
            {
                var value = S.Broadcast(values[k]);
                float* row = x + (index[k] * size);
                a0 = S.MultiplyAdd(value, S.Load(row), a0);
                a1 = S.MultiplyAdd(value, S.Load(row + S.Count), a1);
                a2 = S.MultiplyAdd(value, S.Load(row + (2 * S.Count)), a2);
                a3 = S.MultiplyAdd(value, S.Load(row + (3 * S.Count)), a3);
            }

            S.Store(a0, y);
            S.Store(a1, y + S.Count);
            S.Store(a2, y + (2 * S.Count));
            S.Store(a3, y + (3 * S.Count));
        }
    }

    /// <summary>Tiles of eight vectors: that many chains hide the latency of narrower multiply-adds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight<S, V>(int outputs, int* start, int* index, float* values, float* x, float* y, bool carry)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = 8 * S.Count;
        int k = start[0];
        for (int o = 0; o < outputs; o++, y += size)
        {
            V a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero, a4 = S.Zero, a5 = S.Zero, a6 = S.Zero, a7 = S.Zero;
            if (carry)
            {
                (a0, a1) = (S.Load(y), S.Load(y + S.Count));
                (a2, a3) = (S.Load(y + (2 * S.Count)), S.Load(y + (3 * S.Count)));
                (a4, a5) = (S.Load(y + (4 * S.Count)), S.Load(y + (5 * S.Count)));
                (a6, a7) = (S.Load(y + (6 * S.Count)), S.Load(y + (7 * S.Count)));
            }

            for (int end = start[o + 1]; k < end; k++)
            {
                var value = S.Broadcast(values[k]);
                float* row = x + (index[k] * size);
                a0 = S.MultiplyAdd(value, S.Load(row), a0);
                a1 = S.MultiplyAdd(value, S.Load(row + S.Count), a1);
                a2 = S.MultiplyAdd(value, S.Load(row + (2 * S.Count)), a2);
                a3 = S.MultiplyAdd(value, S.Load(row + (3 * S.Count)), a3);
                a4 = S.MultiplyAdd(value, S.Load(row + (4 * S.Count)), a4);
                a5 = S.MultiplyAdd(value, S.Load(row + (5 * S.Count)), a5);
                a6 = S.MultiplyAdd(value, S.Load(row + (6 * S.Count)), a6);
                a7 = S.MultiplyAdd(value, S.Load(row + (7 * S.Count)), a7);
            }

            S.Store(a0, y);
            S.Store(a1, y + S.Count);
            S.Store(a2, y + (2 * S.Count));
            S.Store(a3, y + (3 * S.Count));
            S.Store(a4, y + (4 * S.Count));
            S.Store(a5, y + (5 * S.Count));
            S.Store(a6, y + (6 * S.Count));
            S.Store(a7, y + (7 * S.Count));
        }
    }

    /// <summary>The four sums of four vectors' lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> SumEach<S, V>(V a, V b, V c, V d)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (Avx.IsSupported && typeof(V) == typeof(Vector512<float>))
            return SumEach(Half(a), Half(b), Half(c), Half(d));
        if (Avx.IsSupported && typeof(V) == typeof(Vector256<float>))
            return SumEach((Vector256<float>)(object)a, (Vector256<float>)(object)b, (Vector256<float>)(object)c, (Vector256<float>)(object)d);
        return Vector128.Create(S.Sum(a), S.Sum(b), S.Sum(c), S.Sum(d));

        static Vector256<float> Half(V a)
        {
            var whole = (Vector512<float>)(object)a;
            return whole.GetLower() + whole.GetUpper();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> SumEach(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        // Each 128-bit half holds the four sums of that half after two rounds of pairwise adding.
        var sums = Avx.HorizontalAdd(Avx.HorizontalAdd(a, b), Avx.HorizontalAdd(c, d));
        return sums.GetLower() + sums.GetUpper();
    }
}
