using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Simd.Tiles;

/// <summary>
/// A few dozen tokens with the channel as the slow index: [channel][token]. Sparse products work on such tiles;
/// activations outside are row-major, [token][channel].
/// </summary>
internal static unsafe class TokenTile
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Tokens that are turned together: a cache line of a tile's row.</summary>
    public const int Group = 16;

    /// <summary>Vectors of a tile's row.</summary>
    public const int Vectors = 4;

    /// <summary>Tokens of a tile for a vector width in bits.</summary>
    public static int Tokens(int vectorBits) => Vectors * vectorBits / 32;

    /// <summary>
    /// Floats of a tile's row that holds so many tokens: few, as the last ones of a single image are, have a tile of one vector.
    /// </summary>
    [MethodImpl(Inline)]
    public static int Size<S, V>(int tokens)
        where S : struct, ISimd<V>
        where V : struct => tokens <= S.Count ? S.Count : Vectors * S.Count;

    /// <summary>One channel of a tile becomes 0.</summary>
    public static void Clear<S, V>(float* row, int size)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int i = 0; i < size; i += S.Count) S.Store(S.Zero, row + i);
    }

    /// <summary>tile[c * size + t] = rows[t * stride + c], and 0 for t from <paramref name="tokens"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* rows, nint stride, int tokens, int size, int channels, float* tile)
    {
        int t = 0;
        if (Avx.IsSupported)
        {
            // Sixteen tokens fill a cache line of the tile while it is at hand. Their rows are more streams than the
            // processor follows, so the next rows are asked for here: as many lines as are read meanwhile.
            for (; t + 16 <= tokens; t += 16)
            {
                float* from = rows + (t * stride), to = tile + t;
                float* next = from + (16 * stride);
                int c = 0;
                for (; c + 8 <= channels; c += 8, from += 8, to += 8 * size, next += 128)
                {
                    for (int line = 0; line < 128; line += 16) Sse.Prefetch1(next + line);
                    Turn8(from, stride, to, size);
                    Turn8(from + (8 * stride), stride, to + 8, size);
                }

                for (; c < channels; c++, from++, to += size)
                {
                    for (int i = 0; i < 16; i++) to[i] = from[i * stride];
                }
            }
        }

        for (; t < size; t++)
        {
            float* from = rows + (t * stride);
            for (int c = 0; c < channels; c++) tile[((nint)c * size) + t] = t < tokens ? from[c] : 0;
        }
    }

    /// <summary>rows[t * channels + c] = tile[c * size + t] for <see cref="Group"/> tokens.</summary>
    /// <param name="channels">A multiple of eight.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TurnBack(float* tile, int size, int channels, float* rows)
    {
        if (Avx.IsSupported)
        {
            float* second = rows + (8 * (nint)channels);
            for (int c = 0; c < channels; c += 8, tile += 8 * size)
            {
                Turn8(tile, size, rows + c, channels);
                Turn8(tile + 8, size, second + c, channels);
            }

            return;
        }

        for (int c = 0; c < channels; c++, tile += size)
        {
            for (int t = 0; t < Group; t++) rows[((nint)t * channels) + c] = tile[t];
        }
    }

    /// <summary>
    /// rows[t * stride + c] = tile[c * size + t] + bias[c], if given, for <see cref="Group"/> tokens, on a processor with
    /// AVX: straight to where they belong.
    /// </summary>
    /// <param name="channels">A multiple of eight.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TurnBack(float* tile, int size, int channels, float* bias, float* rows, nint stride)
    {
        // Adding -0 leaves every number as it is.
        var add = Vector256.Create(-0f);
        float* second = rows + (8 * stride);
        int c = 0;
        if (Avx512F.IsSupported)
        {
            // Whole cache lines: memory need not be read before they are written.
            for (; c + 16 <= channels; c += 16, tile += 16 * size)
            {
                var wide = bias != null ? Vector512.Load(bias + c) : Vector512.Create(-0f);
                for (int t = 0; t < Group; t += 4) Turn16(tile + t, size, rows + (t * stride) + c, stride, wide);
            }
        }

        for (; c < channels; c += 8, tile += 8 * size)
        {
            if (bias != null) add = Vector256.Load(bias + c);
            Turn8(tile, size, rows + c, stride, add);
            Turn8(tile + 8, size, second + c, stride, add);
        }
    }

    /// <summary>sums[c * lanes + l] += tile[c * size + t] for t = l, l + lanes, ..., in this order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddLanes<S, V>(int channels, float* tile, float* sums)
        where S : struct, ISimd<V>
        where V : struct
    {
        for (int c = 0; c < channels; c++, sums += S.Count, tile += Vectors * S.Count)
        {
            var sum = S.Load(sums);
            for (int v = 0; v < Vectors; v++) sum = S.Add(sum, S.Load(tile + (v * S.Count)));
            S.Store(sum, sums);
        }
    }

    /// <summary>target[c] = the sum of channel c's lanes, in halves: lane l and lane l + lanes / 2 first.</summary>
    public static void Fold(int channels, int lanes, float* sums, float* target)
    {
        for (int c = 0; c < channels; c++, sums += lanes)
        {
            for (int half = lanes / 2; half > 0; half /= 2)
            {
                for (int l = 0; l < half; l++) sums[l] += sums[l + half];
            }

            target[c] = sums[0];
        }
    }

    /// <summary>b[i * step + c] = a[c * stride + i] + add[c] for four tokens i and sixteen channels c.</summary>
    [MethodImpl(Inline)]
    private static void Turn16(float* a, nint stride, float* b, nint step, Vector512<float> add)
    {
        // Register i holds channels i, i + 4, i + 8 and i + 12 in its 128-bit parts; shuffles stay within the parts.
        var r0 = Parts(a, 4 * stride);
        var r1 = Parts(a + stride, 4 * stride);
        var r2 = Parts(a + (2 * stride), 4 * stride);
        var r3 = Parts(a + (3 * stride), 4 * stride);
        Vector512<float> low0 = Avx512F.UnpackLow(r0, r1), high0 = Avx512F.UnpackHigh(r0, r1);
        Vector512<float> low1 = Avx512F.UnpackLow(r2, r3), high1 = Avx512F.UnpackHigh(r2, r3);
        (Avx512F.Shuffle(low0, low1, 0x44) + add).Store(b);
        (Avx512F.Shuffle(low0, low1, 0xEE) + add).Store(b + step);
        (Avx512F.Shuffle(high0, high1, 0x44) + add).Store(b + (2 * step));
        (Avx512F.Shuffle(high0, high1, 0xEE) + add).Store(b + (3 * step));
    }

    [MethodImpl(Inline)]
    private static Vector512<float> Parts(float* a, nint step)
    {
        var low = Pair(a, a + step).ToVector512Unsafe();
        return Avx512F.InsertVector256(low, Pair(a + (2 * step), a + (3 * step)), 1);
    }

    [MethodImpl(Inline)]
    private static void Turn8(float* a, nint stride, float* b, nint step) =>
        Turn8(a, stride, b, step, Vector256.Create(-0f));

    /// <summary>The transpose of 8 x 8 elements, with something added to each of its rows.</summary>
    [MethodImpl(Inline)]
    private static void Turn8(float* a, nint stride, float* b, nint step, Vector256<float> add)
    {
        // Rows i and i + 4 share a register from the start, so that all shuffles stay within 128-bit halves.
        nint three = 3 * stride;
        float* a4 = a + (4 * stride);
        var r0 = Pair(a, a4);
        var r1 = Pair(a + stride, a4 + stride);
        var r2 = Pair(a + (2 * stride), a4 + (2 * stride));
        var r3 = Pair(a + three, a4 + three);
        Quarter(r0, r1, r2, r3, b, step, add);
        a += 4;
        a4 += 4;
        r0 = Pair(a, a4);
        r1 = Pair(a + stride, a4 + stride);
        r2 = Pair(a + (2 * stride), a4 + (2 * stride));
        r3 = Pair(a + three, a4 + three);
        Quarter(r0, r1, r2, r3, b + (4 * step), step, add);
    }

    [MethodImpl(Inline)]
    private static Vector256<float> Pair(float* low, float* high) =>
        Avx.InsertVector128(Vector128.Load(low).ToVector256Unsafe(), Vector128.Load(high), 1);

    [MethodImpl(Inline)]
    private static void Quarter(
        Vector256<float> r0,
        Vector256<float> r1,
        Vector256<float> r2,
        Vector256<float> r3,
        float* b,
        nint step,
        Vector256<float> add)
    {
        Vector256<float> low0 = Avx.UnpackLow(r0, r1), high0 = Avx.UnpackHigh(r0, r1);
        Vector256<float> low1 = Avx.UnpackLow(r2, r3), high1 = Avx.UnpackHigh(r2, r3);
        (Avx.Shuffle(low0, low1, 0x44) + add).Store(b);
        (Avx.Shuffle(low0, low1, 0xEE) + add).Store(b + step);
        (Avx.Shuffle(high0, high1, 0x44) + add).Store(b + (2 * step));
        (Avx.Shuffle(high0, high1, 0xEE) + add).Store(b + (3 * step));
    }
}
