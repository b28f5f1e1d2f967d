using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Cpu.Kernels;

/// <summary>
/// A few dozen tokens with the channel as the slow index: [channel][token]. Sparse products work on such tiles;
/// activations outside are row-major, [token][channel].
/// </summary>
internal static unsafe class TokenTile
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Channels that are turned back to rows together: a cache line of a row.</summary>
    public const int Group = 16;

    /// <summary>Tokens of a tile for a vector width in bits.</summary>
    public static int Tokens(int vectorBits) => vectorBits == 128 ? 32 : 64;

    /// <summary>tile[c * size + t] = rows[t * stride + c], and 0 for t from <paramref name="tokens"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* rows, nint stride, int tokens, int size, int channels, float* tile)
    {
        int t = 0;
        if (Avx.IsSupported)
        {
            int whole = channels / 8 * 8;
            for (; t + 8 <= tokens; t += 8)
            {
                float* from = rows + (t * stride);
                for (int c = 0; c < whole; c += 8) Turn8(from + c, stride, tile + ((nint)c * size) + t, size);
                for (int c = whole; c < channels; c++)
                {
                    for (int i = 0; i < 8; i++) tile[((nint)c * size) + t + i] = from[(i * stride) + c];
                }
            }
        }

        for (; t < size; t++)
        {
            if (t < tokens)
            {
                float* from = rows + (t * stride);
                for (int c = 0; c < channels; c++) tile[((nint)c * size) + t] = from[c];
            }
            else
            {
                for (int c = 0; c < channels; c++) tile[((nint)c * size) + t] = 0;
            }
        }
    }

    /// <summary>rows[t * Group + c] = tile[c * size + t] for a group of channels and all tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TurnBack(float* tile, int size, float* rows)
    {
        if (Avx.IsSupported)
        {
            for (int t = 0; t < size; t += 8)
            {
                Turn8(tile + t, size, rows + (t * Group), Group);
                Turn8(tile + (8 * (nint)size) + t, size, rows + (t * Group) + 8, Group);
            }

            return;
        }

        for (int t = 0; t < size; t++)
        {
            for (int c = 0; c < Group; c++) rows[(t * Group) + c] = tile[(c * size) + t];
        }
    }

    /// <summary>The transpose of 8 x 8 elements.</summary>
    [MethodImpl(Inline)]
    private static void Turn8(float* a, nint stride, float* b, nint step)
    {
        // Rows i and i + 4 share a register from the start, so that all shuffles stay within 128-bit halves.
        nint three = 3 * stride;
        float* a4 = a + (4 * stride);
        var r0 = Pair(a, a4);
        var r1 = Pair(a + stride, a4 + stride);
        var r2 = Pair(a + (2 * stride), a4 + (2 * stride));
        var r3 = Pair(a + three, a4 + three);
        Quarter(r0, r1, r2, r3, b, step);
        a += 4;
        a4 += 4;
        r0 = Pair(a, a4);
        r1 = Pair(a + stride, a4 + stride);
        r2 = Pair(a + (2 * stride), a4 + (2 * stride));
        r3 = Pair(a + three, a4 + three);
        Quarter(r0, r1, r2, r3, b + (4 * step), step);
    }

    [MethodImpl(Inline)]
    private static Vector256<float> Pair(float* low, float* high) =>
        Avx.InsertVector128(Vector128.Load(low).ToVector256Unsafe(), Vector128.Load(high), 1);

    [MethodImpl(Inline)]
    private static void Quarter(
        Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3, float* b, nint step)
    {
        Vector256<float> low0 = Avx.UnpackLow(r0, r1), high0 = Avx.UnpackHigh(r0, r1);
        Vector256<float> low1 = Avx.UnpackLow(r2, r3), high1 = Avx.UnpackHigh(r2, r3);
        Avx.Shuffle(low0, low1, 0x44).Store(b);
        Avx.Shuffle(low0, low1, 0xEE).Store(b + step);
        Avx.Shuffle(high0, high1, 0x44).Store(b + (2 * step));
        Avx.Shuffle(high0, high1, 0xEE).Store(b + (3 * step));
    }
}
