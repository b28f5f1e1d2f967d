using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Simd.Tiles;

/// <summary>
/// Sparse weights times a tile of tokens. A tile's row holds one channel of all its tokens in four vectors (see
/// <see cref="TokenTile"/>), so that one kept weight is four multiply-adds. These read their input from memory, and loads
/// are what the loops wait for: four weights and their four inputs are therefore read by three loads, not eight.
/// </summary>
internal static unsafe class SparseTile
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    // Outputs between two shares of what is fetched ahead: more at once would hold up the loads of the sums.
    private const int FetchEvery = 8;

    // A chunk's tile in bytes: what first cache levels hold at least.
    private const int ChunkBytes = 32 << 10;

    /// <summary>Sixteen registers hold two outputs' sums, thirty-two hold four.</summary>
    public static OrderShape Order(int vectorBits) =>
        new(vectorBits == 512 ? 4 : 2, ChunkBytes / (TokenTile.Tokens(vectorBits) * sizeof(float)));

    /// <summary>
    /// y[o] = sum over the entries of output o of value times x[input], one accumulator per element in the order of
    /// the entries; with <paramref name="carry"/> it starts from what y holds.
    /// </summary>
    /// <param name="w">The entries.</param>
    /// <param name="first">The first bundle of a chunk, whose bundles are summed.</param>
    /// <param name="size">Of the tiles' rows, see <see cref="TokenTile.Size"/>.</param>
    /// <param name="bias">Added to each output's sum, or null; then no bundle may have lanes past the outputs.</param>
    /// <param name="ahead">Memory that will be wanted next; a share of it is fetched with each bundle.</param>
    public static void Sum<S, V>(
        in SparseOperand w, int first, int size, float* x, float* y, bool carry, float* bias = null, LinePrefetch ahead = default)
        where S : struct, ISimd<V>
        where V : struct
    {
        int group = ahead.IsEmpty ? w.Bundles : FetchEvery / w.Lanes, lines = ahead.Share((w.Bundles + group - 1) / group);
        for (int bundle = 0; bundle < w.Bundles; bundle += group)
        {
            ahead.Fetch(lines);
            var run = new Run(w, first + bundle, Math.Min(group, w.Bundles - bundle));
            if (size == S.Count) Narrow<S, V>(run, w.Values + run.At, x, y, carry, bias);
            else if (S.Count == 16 && w.SharesInputs) FourAlike<S, V>(run, w.Values + run.At, x, y, carry, bias);
            else if (S.Count == 16) Four<S, V>(run, w.Values + run.At, x, y, carry, bias);
            else if (w.SharesInputs) TwoAlike<S, V>(run, w.Values + run.At, x, y, carry, bias);
            else Two<S, V>(run, w.Values + run.At, x, y, carry, bias);
        }
    }

    /// <summary>sums[k] += over the tile's tokens dy[o] x[input], for every entry k of every output o.</summary>
    public static void Sample<S, V>(in SparseOperand w, float* dy, float* x, float* sums, LinePrefetch ahead = default)
        where S : struct, ISimd<V>
        where V : struct
    {
        int bundles = w.Chunks.Count * w.Bundles, group = ahead.IsEmpty ? bundles : FetchEvery / w.Lanes;
        int lines = ahead.Share((bundles + group - 1) / group);
        for (int bundle = 0; bundle < bundles; bundle += group)
        {
            ahead.Fetch(lines);
            var run = new Run(w, bundle, Math.Min(group, bundles - bundle));
            if (S.Count == 16) SampleFour<S, V>(run, dy, x, sums + run.At);
            else SampleTwo<S, V>(run, dy, x, sums + run.At);
        }
    }

    /// <summary>For tiles of one vector: bundles of two outputs, or of four where there are the registers for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Narrow<S, V>(Run run, float* values, float* x, float* y, bool carry, float* bias)
        where S : struct, ISimd<V>
        where V : struct
    {
        int* start = run.Start, outputOf = run.OutputOf, index = run.Index;
        bool four = S.Count == 16;
        for (int left = run.Bundles; left > 0; left--, start++, outputOf += four ? 4 : 2)
        {
            V a = S.Zero, b = S.Zero, c = S.Zero, d = S.Zero;
            if (carry)
            {
                (a, b) = (S.Load(y + (outputOf[0] * S.Count)), S.Load(y + (outputOf[1] * S.Count)));
                if (four) (c, d) = (S.Load(y + (outputOf[2] * S.Count)), S.Load(y + (outputOf[3] * S.Count)));
            }

            for (int quads = start[1] - start[0]; quads > 0; quads--, index += SparseOrder.Quad, values += SparseOrder.Quad)
            {
                ulong near = *(ulong*)index, far = *(ulong*)(index + 2);
                var weights = S.LoadFour(values);
                V x2 = S.Load(x + (Low(far) * S.Count)), x3 = S.Load(x + (High(far) * S.Count));
                a = S.MultiplyAdd(S.OneOfFour(weights, 0), S.Load(x + (Low(near) * S.Count)), a);
                b = S.MultiplyAdd(S.OneOfFour(weights, 1), S.Load(x + (High(near) * S.Count)), b);
                if (four)
                {
                    c = S.MultiplyAdd(S.OneOfFour(weights, 2), x2, c);
                    d = S.MultiplyAdd(S.OneOfFour(weights, 3), x3, d);
                }
                else
                {
                    a = S.MultiplyAdd(S.OneOfFour(weights, 2), x2, a);
                    b = S.MultiplyAdd(S.OneOfFour(weights, 3), x3, b);
                }
            }

            StoreOne<S, V>(y, bias, outputOf[0], a);
            StoreOne<S, V>(y, bias, outputOf[1], b);
            if (!four) continue;
            StoreOne<S, V>(y, bias, outputOf[2], c);
            StoreOne<S, V>(y, bias, outputOf[3], d);
        }
    }

    [MethodImpl(Inline)]
    private static void StoreOne<S, V>(float* y, float* bias, int output, V sum)
        where S : struct, ISimd<V>
        where V : struct =>
        S.Store(bias == null ? sum : S.Add(sum, S.Broadcast(bias[output])), y + ((nint)output * S.Count));

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void SampleFour<S, V>(Run run, float* dy, float* x, float* sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        int* start = run.Start, outputOf = run.OutputOf, index = run.Index;
        for (int left = run.Bundles; left > 0; left--, start++, outputOf += 4)
        {
            Load<S, V>(dy + (outputOf[0] * size), out V a0, out V a1, out V a2, out V a3);
            Load<S, V>(dy + (outputOf[1] * size), out V b0, out V b1, out V b2, out V b3);
            Load<S, V>(dy + (outputOf[2] * size), out V c0, out V c1, out V c2, out V c3);
            Load<S, V>(dy + (outputOf[3] * size), out V d0, out V d1, out V d2, out V d3);
            for (int quads = start[1] - start[0]; quads > 0; quads--, index += SparseOrder.Quad, sums += SparseOrder.Quad)
            {
                ulong near = *(ulong*)index, far = *(ulong*)(index + 2);
                float* x0 = x + (Low(near) * size), x1 = x + (High(near) * size);
                float* x2 = x + (Low(far) * size), x3 = x + (High(far) * size);
                V a = First<S, V>(a0, x0), b = First<S, V>(b0, x1), c = First<S, V>(c0, x2), d = First<S, V>(d0, x3);
                Next<S, V>(1, a1, b1, c1, d1, x0, x1, x2, x3, ref a, ref b, ref c, ref d);
                Next<S, V>(2, a2, b2, c2, d2, x0, x1, x2, x3, ref a, ref b, ref c, ref d);
                Next<S, V>(3, a3, b3, c3, d3, x0, x1, x2, x3, ref a, ref b, ref c, ref d);
                (Vector128.Load(sums) + SumEach<S, V>(a, b, c, d)).Store(sums);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void SampleTwo<S, V>(Run run, float* dy, float* x, float* sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        int* start = run.Start, outputOf = run.OutputOf, index = run.Index;
        for (int left = run.Bundles; left > 0; left--, start++, outputOf += 2)
        {
            Load<S, V>(dy + (outputOf[0] * size), out V a0, out V a1, out V a2, out V a3);
            Load<S, V>(dy + (outputOf[1] * size), out V b0, out V b1, out V b2, out V b3);
            for (int quads = start[1] - start[0]; quads > 0; quads--, index += SparseOrder.Quad, sums += SparseOrder.Quad)
            {
                ulong near = *(ulong*)index, far = *(ulong*)(index + 2);
                float* x0 = x + (Low(near) * size), x1 = x + (High(near) * size);
                float* x2 = x + (Low(far) * size), x3 = x + (High(far) * size);
                V a = First<S, V>(a0, x0), b = First<S, V>(b0, x1), c = First<S, V>(a0, x2), d = First<S, V>(b0, x3);
                Next<S, V>(1, a1, b1, a1, b1, x0, x1, x2, x3, ref a, ref b, ref c, ref d);
                Next<S, V>(2, a2, b2, a2, b2, x0, x1, x2, x3, ref a, ref b, ref c, ref d);
                Next<S, V>(3, a3, b3, a3, b3, x0, x1, x2, x3, ref a, ref b, ref c, ref d);
                (Vector128.Load(sums) + SumEach<S, V>(a, b, c, d)).Store(sums);
            }
        }
    }

    [MethodImpl(Inline)]
    private static V First<S, V>(V d, float* x)
        where S : struct, ISimd<V>
        where V : struct => S.Multiply(d, S.Load(x));

    /// <summary>Vector v of four dot products, whose chains run side by side.</summary>
    [MethodImpl(Inline)]
    private static void Next<S, V>(
        int v, V d0, V d1, V d2, V d3, float* x0, float* x1, float* x2, float* x3, ref V a, ref V b, ref V c, ref V e)
        where S : struct, ISimd<V>
        where V : struct
    {
        int at = v * S.Count;
        a = S.MultiplyAdd(d0, S.Load(x0 + at), a);
        b = S.MultiplyAdd(d1, S.Load(x1 + at), b);
        c = S.MultiplyAdd(d2, S.Load(x2 + at), c);
        e = S.MultiplyAdd(d3, S.Load(x3 + at), e);
    }

    // Two inputs' numbers in one load; the low half comes first on every supported machine.
    [MethodImpl(Inline)]
    private static nint Low(ulong pair) => (nint)(uint)pair;

    [MethodImpl(Inline)]
    private static nint High(ulong pair) => (nint)(pair >> 32);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Four<S, V>(Run run, float* values, float* x, float* y, bool carry, float* bias)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        int* start = run.Start, outputOf = run.OutputOf, index = run.Index;
        for (int left = run.Bundles; left > 0; left--, start++, outputOf += 4)
        {
            float* y0 = y + (outputOf[0] * size), y1 = y + (outputOf[1] * size);
            float* y2 = y + (outputOf[2] * size), y3 = y + (outputOf[3] * size);
            V a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero, b0 = S.Zero, b1 = S.Zero, b2 = S.Zero, b3 = S.Zero;
            V c0 = S.Zero, c1 = S.Zero, c2 = S.Zero, c3 = S.Zero, d0 = S.Zero, d1 = S.Zero, d2 = S.Zero, d3 = S.Zero;
            if (carry)
            {
                Load<S, V>(y0, out a0, out a1, out a2, out a3);
                Load<S, V>(y1, out b0, out b1, out b2, out b3);
                Load<S, V>(y2, out c0, out c1, out c2, out c3);
                Load<S, V>(y3, out d0, out d1, out d2, out d3);
            }

            for (int quads = start[1] - start[0]; quads > 0; quads--, index += SparseOrder.Quad, values += SparseOrder.Quad)
            {
                ulong near = *(ulong*)index, far = *(ulong*)(index + 2);
                var weights = S.LoadFour(values);
                Step<S, V>(S.OneOfFour(weights, 0), x + (Low(near) * size), ref a0, ref a1, ref a2, ref a3);
                Step<S, V>(S.OneOfFour(weights, 1), x + (High(near) * size), ref b0, ref b1, ref b2, ref b3);
                Step<S, V>(S.OneOfFour(weights, 2), x + (Low(far) * size), ref c0, ref c1, ref c2, ref c3);
                Step<S, V>(S.OneOfFour(weights, 3), x + (High(far) * size), ref d0, ref d1, ref d2, ref d3);
            }

            Store<S, V>(y0, bias, outputOf[0], a0, a1, a2, a3);
            Store<S, V>(y1, bias, outputOf[1], b0, b1, b2, b3);
            Store<S, V>(y2, bias, outputOf[2], c0, c1, c2, c3);
            Store<S, V>(y3, bias, outputOf[3], d0, d1, d2, d3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Two<S, V>(Run run, float* values, float* x, float* y, bool carry, float* bias)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        int* start = run.Start, outputOf = run.OutputOf, index = run.Index;
        for (int left = run.Bundles; left > 0; left--, start++, outputOf += 2)
        {
            float* y0 = y + (outputOf[0] * size), y1 = y + (outputOf[1] * size);
            V a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero, b0 = S.Zero, b1 = S.Zero, b2 = S.Zero, b3 = S.Zero;
            if (carry)
            {
                Load<S, V>(y0, out a0, out a1, out a2, out a3);
                Load<S, V>(y1, out b0, out b1, out b2, out b3);
            }

            for (int quads = start[1] - start[0]; quads > 0; quads--, index += SparseOrder.Quad, values += SparseOrder.Quad)
            {
                ulong near = *(ulong*)index, far = *(ulong*)(index + 2);
                var weights = S.LoadFour(values);
                Step<S, V>(S.OneOfFour(weights, 0), x + (Low(near) * size), ref a0, ref a1, ref a2, ref a3);
                Step<S, V>(S.OneOfFour(weights, 1), x + (High(near) * size), ref b0, ref b1, ref b2, ref b3);
                Step<S, V>(S.OneOfFour(weights, 2), x + (Low(far) * size), ref a0, ref a1, ref a2, ref a3);
                Step<S, V>(S.OneOfFour(weights, 3), x + (High(far) * size), ref b0, ref b1, ref b2, ref b3);
            }

            Store<S, V>(y0, bias, outputOf[0], a0, a1, a2, a3);
            Store<S, V>(y1, bias, outputOf[1], b0, b1, b2, b3);
        }
    }

    /// <summary>As <see cref="Four"/> where the outputs read the same inputs: each is loaded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourAlike<S, V>(Run run, float* values, float* x, float* y, bool carry, float* bias)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        int* start = run.Start, outputOf = run.OutputOf, index = run.Index;
        for (int left = run.Bundles; left > 0; left--, start++, outputOf += 4)
        {
            float* y0 = y + (outputOf[0] * size), y1 = y + (outputOf[1] * size);
            float* y2 = y + (outputOf[2] * size), y3 = y + (outputOf[3] * size);
            V a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero, b0 = S.Zero, b1 = S.Zero, b2 = S.Zero, b3 = S.Zero;
            V c0 = S.Zero, c1 = S.Zero, c2 = S.Zero, c3 = S.Zero, d0 = S.Zero, d1 = S.Zero, d2 = S.Zero, d3 = S.Zero;
            if (carry)
            {
                Load<S, V>(y0, out a0, out a1, out a2, out a3);
                Load<S, V>(y1, out b0, out b1, out b2, out b3);
                Load<S, V>(y2, out c0, out c1, out c2, out c3);
                Load<S, V>(y3, out d0, out d1, out d2, out d3);
            }

            for (int quads = start[1] - start[0]; quads > 0; quads--, index += SparseOrder.Quad, values += SparseOrder.Quad)
            {
                var weights = S.LoadFour(values);
                Load<S, V>(x + (index[0] * size), out V x0, out V x1, out V x2, out V x3);
                Step<S, V>(S.OneOfFour(weights, 0), x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3);
                Step<S, V>(S.OneOfFour(weights, 1), x0, x1, x2, x3, ref b0, ref b1, ref b2, ref b3);
                Step<S, V>(S.OneOfFour(weights, 2), x0, x1, x2, x3, ref c0, ref c1, ref c2, ref c3);
                Step<S, V>(S.OneOfFour(weights, 3), x0, x1, x2, x3, ref d0, ref d1, ref d2, ref d3);
            }

            Store<S, V>(y0, bias, outputOf[0], a0, a1, a2, a3);
            Store<S, V>(y1, bias, outputOf[1], b0, b1, b2, b3);
            Store<S, V>(y2, bias, outputOf[2], c0, c1, c2, c3);
            Store<S, V>(y3, bias, outputOf[3], d0, d1, d2, d3);
        }
    }

    /// <summary>As <see cref="Two"/> where the outputs read the same inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TwoAlike<S, V>(Run run, float* values, float* x, float* y, bool carry, float* bias)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint size = TokenTile.Vectors * S.Count;
        int* start = run.Start, outputOf = run.OutputOf, index = run.Index;
        for (int left = run.Bundles; left > 0; left--, start++, outputOf += 2)
        {
            float* y0 = y + (outputOf[0] * size), y1 = y + (outputOf[1] * size);
            V a0 = S.Zero, a1 = S.Zero, a2 = S.Zero, a3 = S.Zero, b0 = S.Zero, b1 = S.Zero, b2 = S.Zero, b3 = S.Zero;
            if (carry)
            {
                Load<S, V>(y0, out a0, out a1, out a2, out a3);
                Load<S, V>(y1, out b0, out b1, out b2, out b3);
            }

            for (int quads = start[1] - start[0]; quads > 0; quads--, index += SparseOrder.Quad, values += SparseOrder.Quad)
            {
                var weights = S.LoadFour(values);
                Load<S, V>(x + (index[0] * size), out V x0, out V x1, out V x2, out V x3);
                Step<S, V>(S.OneOfFour(weights, 0), x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3);
                Step<S, V>(S.OneOfFour(weights, 1), x0, x1, x2, x3, ref b0, ref b1, ref b2, ref b3);
                Load<S, V>(x + (index[2] * size), out x0, out x1, out x2, out x3);
                Step<S, V>(S.OneOfFour(weights, 2), x0, x1, x2, x3, ref a0, ref a1, ref a2, ref a3);
                Step<S, V>(S.OneOfFour(weights, 3), x0, x1, x2, x3, ref b0, ref b1, ref b2, ref b3);
            }

            Store<S, V>(y0, bias, outputOf[0], a0, a1, a2, a3);
            Store<S, V>(y1, bias, outputOf[1], b0, b1, b2, b3);
        }
    }

    [MethodImpl(Inline)]
    private static void Step<S, V>(V value, V x0, V x1, V x2, V x3, ref V a0, ref V a1, ref V a2, ref V a3)
        where S : struct, ISimd<V>
        where V : struct
    {
        a0 = S.MultiplyAdd(value, x0, a0);
        a1 = S.MultiplyAdd(value, x1, a1);
        a2 = S.MultiplyAdd(value, x2, a2);
        a3 = S.MultiplyAdd(value, x3, a3);
    }

    [MethodImpl(Inline)]
    private static void Step<S, V>(V value, float* x, ref V a0, ref V a1, ref V a2, ref V a3)
        where S : struct, ISimd<V>
        where V : struct
    {
        a0 = S.MultiplyAdd(value, S.Load(x), a0);
        a1 = S.MultiplyAdd(value, S.Load(x + S.Count), a1);
        a2 = S.MultiplyAdd(value, S.Load(x + (2 * S.Count)), a2);
        a3 = S.MultiplyAdd(value, S.Load(x + (3 * S.Count)), a3);
    }

    [MethodImpl(Inline)]
    private static void Load<S, V>(float* y, out V a0, out V a1, out V a2, out V a3)
        where S : struct, ISimd<V>
        where V : struct
    {
        (a0, a1) = (S.Load(y), S.Load(y + S.Count));
        (a2, a3) = (S.Load(y + (2 * S.Count)), S.Load(y + (3 * S.Count)));
    }

    [MethodImpl(Inline)]
    private static void Store<S, V>(float* y, float* bias, int output, V a0, V a1, V a2, V a3)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (bias != null)
        {
            var add = S.Broadcast(bias[output]);
            (a0, a1, a2, a3) = (S.Add(a0, add), S.Add(a1, add), S.Add(a2, add), S.Add(a3, add));
        }

        S.Store(a0, y);
        S.Store(a1, y + S.Count);
        S.Store(a2, y + (2 * S.Count));
        S.Store(a3, y + (3 * S.Count));
    }

    /// <summary>A few bundles one after the other, as their entries lie in memory.</summary>
    private readonly struct Run(in SparseOperand w, int first, int bundles)
    {
        public readonly int Bundles = bundles;
        public readonly nint At = SparseOrder.Quad * (nint)w.Start[first];
        public readonly int* Start = w.Start + first;
        public readonly int* OutputOf = w.OutputOf + ((nint)first * w.Lanes);
        public readonly int* Index = w.Index + (SparseOrder.Quad * (nint)w.Start[first]);
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
        var sums = AddPairs(AddPairs(a, b), AddPairs(c, d));
        return sums.GetLower() + sums.GetUpper();
    }

    // What HorizontalAdd computes, in fewer operations than processors take for it.
    [MethodImpl(Inline)]
    private static Vector256<float> AddPairs(Vector256<float> a, Vector256<float> b) =>
        Avx.Shuffle(a, b, 0x88) + Avx.Shuffle(a, b, 0xDD);
}
