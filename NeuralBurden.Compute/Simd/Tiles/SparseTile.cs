using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Simd.Tiles;

/// <summary>
/// Sparse weights times a tile of tokens. A tile's row holds one channel of all its tokens in four vectors (see
/// <see cref="TokenTile"/>), so that one kept weight is one broadcast and four multiply-adds. Entries come in
/// bundles of four outputs, see <see cref="SparseOrder"/>.
/// </summary>
internal static unsafe class SparseTile
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>
    /// y[o] = sum over the entries of output o of value times x[input], one accumulator per element in the order of
    /// the entries; with <paramref name="carry"/> it starts from what y holds.
    /// </summary>
    /// <param name="w">The entries.</param>
    /// <param name="first">The first bundle of a chunk, whose bundles are summed.</param>
    /// <param name="ahead">Memory that will be wanted next; a share of it is fetched with each bundle.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<S, V>(
        in SparseOperand w, int first, float* x, float* y, bool carry, LinePrefetch ahead = default)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        int lines = ahead.Share(w.Bundles);
        int* start = w.Start + first, outputOf = w.OutputOf + (first * SparseOrder.Lanes), index = w.Index;
        float* values = w.Values;
        for (int bundle = 0; bundle < w.Bundles; bundle++, outputOf += 4)
        {
            ahead.Fetch(lines);
            nint at = 4 * (nint)start[bundle];
            int steps = start[bundle + 1] - start[bundle];
            float* y0 = y + (outputOf[0] * size), y1 = y + (outputOf[1] * size);
            float* y2 = y + (outputOf[2] * size), y3 = y + (outputOf[3] * size);
            // Sixteen registers hold two outputs' sums, thirty-two hold four.
            if (S.Count == 16 && w.SharesInputs)
            {
                FourAlike<S, V>(steps, index + at, values + at, x, y0, y1, y2, y3, carry);
            }
            else if (S.Count == 16)
            {
                Four<S, V>(steps, index + at, values + at, x, y0, y1, y2, y3, carry);
            }
            else if (w.SharesInputs)
            {
                TwoAlike<S, V>(steps, index + at, values + at, x, y0, y1, carry);
                TwoAlike<S, V>(steps, index + at, values + at + 2, x, y2, y3, carry);
            }
            else
            {
                Two<S, V>(steps, index + at, values + at, x, y0, y1, carry);
                Two<S, V>(steps, index + at + 2, values + at + 2, x, y2, y3, carry);
            }
        }
    }

    /// <summary>sums[k] += over the tile's tokens dy[o] x[input], for every entry k of every output o.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sample<S, V>(
        int bundles, int* start, int* outputOf, int* index, float* dy, float* x, float* sums, LinePrefetch ahead = default)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count, n = S.Count;
        int lines = ahead.Share(bundles);
        for (int bundle = 0; bundle < bundles; bundle++, outputOf += 4)
        {
            ahead.Fetch(lines);
            nint k = 4 * (nint)start[bundle], end = 4 * (nint)start[bundle + 1];
            if (k == end) continue;
            float* d0 = dy + (outputOf[0] * size), d1 = dy + (outputOf[1] * size);
            float* d2 = dy + (outputOf[2] * size), d3 = dy + (outputOf[3] * size);
            V a0 = S.Load(d0), a1 = S.Load(d0 + n), a2 = S.Load(d0 + (2 * n)), a3 = S.Load(d0 + (3 * n));
            V b0 = S.Load(d1), b1 = S.Load(d1 + n), b2 = S.Load(d1 + (2 * n)), b3 = S.Load(d1 + (3 * n));
            V c0 = S.Load(d2), c1 = S.Load(d2 + n), c2 = S.Load(d2 + (2 * n)), c3 = S.Load(d2 + (3 * n));
            V e0 = S.Load(d3), e1 = S.Load(d3 + n), e2 = S.Load(d3 + (2 * n)), e3 = S.Load(d3 + (3 * n));
            for (; k < end; k += 4)
            {
                var a = Dot<S, V>(a0, a1, a2, a3, x + (index[k] * size));
                var b = Dot<S, V>(b0, b1, b2, b3, x + (index[k + 1] * size));
                var c = Dot<S, V>(c0, c1, c2, c3, x + (index[k + 2] * size));
                var e = Dot<S, V>(e0, e1, e2, e3, x + (index[k + 3] * size));
                (Vector128.Load(sums + k) + SumEach<S, V>(a, b, c, e)).Store(sums + k);
            }
        }
    }

    [MethodImpl(Inline)]
    private static V Dot<S, V>(V d0, V d1, V d2, V d3, float* x)
        where S : struct, ISimd<V>
        where V : struct
    {
        var a = S.Multiply(d0, S.Load(x));
        a = S.MultiplyAdd(d1, S.Load(x + S.Count), a);
        a = S.MultiplyAdd(d2, S.Load(x + (2 * S.Count)), a);
        return S.MultiplyAdd(d3, S.Load(x + (3 * S.Count)), a);
    }

    [MethodImpl(Inline)]
    private static void Four<S, V>(
        int steps, int* index, float* values, float* x, float* y0, float* y1, float* y2, float* y3, bool carry)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        V a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero, b0 = S.Zero, b1 = S.Zero, b2 = S.Zero, b3 = S.Zero;
        V c0 = S.Zero, c1 = S.Zero, c2 = S.Zero, c3 = S.Zero, d0 = S.Zero, d1 = S.Zero, d2 = S.Zero, d3 = S.Zero;
        if (carry)
        {
            Load<S, V>(y0, ref a0, ref a1, ref a2, ref a3);
            Load<S, V>(y1, ref b0, ref b1, ref b2, ref b3);
            Load<S, V>(y2, ref c0, ref c1, ref c2, ref c3);
            Load<S, V>(y3, ref d0, ref d1, ref d2, ref d3);
        }

        for (; steps > 0; steps--, index += 4, values += 4)
        {
            Step<S, V>(values[0], x + (index[0] * size), ref a0, ref a1, ref a2, ref a3);
            Step<S, V>(values[1], x + (index[1] * size), ref b0, ref b1, ref b2, ref b3);
            Step<S, V>(values[2], x + (index[2] * size), ref c0, ref c1, ref c2, ref c3);
            Step<S, V>(values[3], x + (index[3] * size), ref d0, ref d1, ref d2, ref d3);
        }

        Store<S, V>(y0, a0, a1, a2, a3);
        Store<S, V>(y1, b0, b1, b2, b3);
        Store<S, V>(y2, c0, c1, c2, c3);
        Store<S, V>(y3, d0, d1, d2, d3);
    }

    [MethodImpl(Inline)]
    private static void Two<S, V>(int steps, int* index, float* values, float* x, float* y0, float* y1, bool carry)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        V a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero, b0 = S.Zero, b1 = S.Zero, b2 = S.Zero, b3 = S.Zero;
        if (carry)
        {
            Load<S, V>(y0, ref a0, ref a1, ref a2, ref a3);
            Load<S, V>(y1, ref b0, ref b1, ref b2, ref b3);
        }

        for (; steps > 0; steps--, index += 4, values += 4)
        {
            Step<S, V>(values[0], x + (index[0] * size), ref a0, ref a1, ref a2, ref a3);
            Step<S, V>(values[1], x + (index[1] * size), ref b0, ref b1, ref b2, ref b3);
        }

        Store<S, V>(y0, a0, a1, a2, a3);
        Store<S, V>(y1, b0, b1, b2, b3);
    }

    /// <summary>As <see cref="Four"/> where the outputs read the same inputs: each is loaded once.</summary>
    [MethodImpl(Inline)]
    private static void FourAlike<S, V>(
        int steps, int* index, float* values, float* x, float* y0, float* y1, float* y2, float* y3, bool carry)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        V a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero, b0 = S.Zero, b1 = S.Zero, b2 = S.Zero, b3 = S.Zero;
        V c0 = S.Zero, c1 = S.Zero, c2 = S.Zero, c3 = S.Zero, d0 = S.Zero, d1 = S.Zero, d2 = S.Zero, d3 = S.Zero;
        if (carry)
        {
            Load<S, V>(y0, ref a0, ref a1, ref a2, ref a3);
            Load<S, V>(y1, ref b0, ref b1, ref b2, ref b3);
            Load<S, V>(y2, ref c0, ref c1, ref c2, ref c3);
            Load<S, V>(y3, ref d0, ref d1, ref d2, ref d3);
        }

        for (; steps > 0; steps--, index += 4, values += 4)
        {
            float* from = x + (*index * size);
            V x0 = S.Load(from), x1 = S.Load(from + S.Count);
            V x2 = S.Load(from + (2 * S.Count)), x3 = S.Load(from + (3 * S.Count));
            Step<S, V>(values[0], x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3);
            Step<S, V>(values[1], x0, x1, x2, x3, ref b0, ref b1, ref b2, ref b3);
            Step<S, V>(values[2], x0, x1, x2, x3, ref c0, ref c1, ref c2, ref c3);
            Step<S, V>(values[3], x0, x1, x2, x3, ref d0, ref d1, ref d2, ref d3);
        }

        Store<S, V>(y0, a0, a1, a2, a3);
        Store<S, V>(y1, b0, b1, b2, b3);
        Store<S, V>(y2, c0, c1, c2, c3);
        Store<S, V>(y3, d0, d1, d2, d3);
    }

    /// <summary>As <see cref="Two"/> where the outputs read the same inputs.</summary>
    [MethodImpl(Inline)]
    private static void TwoAlike<S, V>(int steps, int* index, float* values, float* x, float* y0, float* y1, bool carry)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        V a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero, b0 = S.Zero, b1 = S.Zero, b2 = S.Zero, b3 = S.Zero;
        if (carry)
        {
            Load<S, V>(y0, ref a0, ref a1, ref a2, ref a3);
            Load<S, V>(y1, ref b0, ref b1, ref b2, ref b3);
        }

        for (; steps > 0; steps--, index += 4, values += 4)
        {
            float* from = x + (*index * size);
            V x0 = S.Load(from), x1 = S.Load(from + S.Count);
            V x2 = S.Load(from + (2 * S.Count)), x3 = S.Load(from + (3 * S.Count));
            Step<S, V>(values[0], x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3);
            Step<S, V>(values[1], x0, x1, x2, x3, ref b0, ref b1, ref b2, ref b3);
        }

        Store<S, V>(y0, a0, a1, a2, a3);
        Store<S, V>(y1, b0, b1, b2, b3);
    }

    [MethodImpl(Inline)]
    private static void Step<S, V>(float weight, V x0, V x1, V x2, V x3, ref V a0, ref V a1, ref V a2, ref V a3)
        where S : struct, ISimd<V>
        where V : struct
    {
        var value = S.Broadcast(weight);
        a0 = S.MultiplyAdd(value, x0, a0);
        a1 = S.MultiplyAdd(value, x1, a1);
        a2 = S.MultiplyAdd(value, x2, a2);
        a3 = S.MultiplyAdd(value, x3, a3);
    }

    [MethodImpl(Inline)]
    private static void Step<S, V>(float weight, float* x, ref V a0, ref V a1, ref V a2, ref V a3)
        where S : struct, ISimd<V>
        where V : struct
    {
        var value = S.Broadcast(weight);
        a0 = S.MultiplyAdd(value, S.Load(x), a0);
        a1 = S.MultiplyAdd(value, S.Load(x + S.Count), a1);
        a2 = S.MultiplyAdd(value, S.Load(x + (2 * S.Count)), a2);
        a3 = S.MultiplyAdd(value, S.Load(x + (3 * S.Count)), a3);
    }

    [MethodImpl(Inline)]
    private static void Load<S, V>(float* y, ref V a0, ref V a1, ref V a2, ref V a3)
        where S : struct, ISimd<V>
        where V : struct
    {
        (a0, a1) = (S.Load(y), S.Load(y + S.Count));
        (a2, a3) = (S.Load(y + (2 * S.Count)), S.Load(y + (3 * S.Count)));
    }

    [MethodImpl(Inline)]
    private static void Store<S, V>(float* y, V a0, V a1, V a2, V a3)
        where S : struct, ISimd<V>
        where V : struct
    {
        S.Store(a0, y);
        S.Store(a1, y + S.Count);
        S.Store(a2, y + (2 * S.Count));
        S.Store(a3, y + (3 * S.Count));
    }

    /// <summary>The four sums of four vectors' lanes.</summary>
    [MethodImpl(Inline)]
    private static Vector128<float> SumEach<S, V>(V a, V b, V c, V d)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (Avx.IsSupported && typeof(V) == typeof(Vector512<float>))
            return SumEach(Half(a), Half(b), Half(c), Half(d));
        if (Avx.IsSupported && typeof(V) == typeof(Vector256<float>))
            return SumEach(Whole(a), Whole(b), Whole(c), Whole(d));
        return Vector128.Create(S.Sum(a), S.Sum(b), S.Sum(c), S.Sum(d));

        static Vector256<float> Whole(V a) => (Vector256<float>)(object)a;

        static Vector256<float> Half(V a)
        {
            var whole = (Vector512<float>)(object)a;
            return whole.GetLower() + whole.GetUpper();
        }
    }

    [MethodImpl(Inline)]
    private static Vector128<float> SumEach(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        // Each 128-bit half holds the four sums of that half after two rounds of pairwise adding.
        var sums = Avx.HorizontalAdd(Avx.HorizontalAdd(a, b), Avx.HorizontalAdd(c, d));
        return sums.GetLower() + sums.GetUpper();
    }
}
