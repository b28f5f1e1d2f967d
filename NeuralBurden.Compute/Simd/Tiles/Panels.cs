using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Simd.Tiles;

/// <summary>
/// B [k, n] as tiles read it: panels of two vectors' columns, each k rows of consecutive memory; the last one is a
/// single vector wide where that suffices, and filled up with zeros. A panel that starts at column j lies at j * k.
/// </summary>
internal static unsafe class Panels
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Floats of all panels of a [k, n] matrix.</summary>
    public static long Size(long k, long n, int lanes) => k * ((n + lanes - 1) / lanes * lanes);

    /// <summary>Distance between a panel's rows when it holds <paramref name="columns"/> columns.</summary>
    [MethodImpl(Inline)]
    public static int Step<S, V>(int columns)
        where S : struct, ISimd<V>
        where V : struct => columns > S.Count ? 2 * S.Count : S.Count;

    /// <summary>Packs columns [first, last) of B, where first is a multiple of a panel.</summary>
    /// <param name="transposed">B is stored [n, k]: element (p, j) at b[j * stride + p], else at b[p * stride + j].</param>
    public static void Pack<S, V>(bool transposed, int k, int first, int last, float* b, nint stride, float* panels)
        where S : struct, ISimd<V>
        where V : struct
    {
        int width = 2 * S.Count;
        for (int j = first; j < last; j += width)
        {
            int columns = Math.Min(width, last - j), step = Step<S, V>(columns);
            float* panel = panels + ((nint)j * k);
            if (!transposed) Copy<S, V>(k, columns, step, b + j, stride, panel);
            else Transpose(k, columns, step, b + (j * stride), stride, panel);
        }
    }

    private static void Copy<S, V>(int k, int columns, int step, float* source, nint stride, float* panel)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (columns == 2 * S.Count)
        {
            for (int p = 0; p < k; p++, source += stride, panel += step)
            {
                S.Store(S.Load(source), panel);
                S.Store(S.Load(source + S.Count), panel + S.Count);
            }

            return;
        }

        for (int p = 0; p < k; p++, source += stride, panel += step)
        {
            for (int j = 0; j < step; j += S.Count)
                S.Store(S.LoadPartial(source + j, columns - j), panel + j);
        }
    }

    /// <summary>target[p * step + j] = source[j * stride + p], zeros for j from columns to step.</summary>
    private static void Transpose(int k, int columns, int step, float* source, nint stride, float* target)
    {
        int j = 0;
        if (Avx.IsSupported)
        {
            for (; j + 8 <= columns; j += 8) Transpose8(k, source + (j * stride), stride, target + j, step);
        }

        for (; j + 4 <= columns; j += 4) Transpose4(k, source + (j * stride), stride, target + j, step);
        if (j < step) TransposeRest(k, columns - j, step - j, source + (j * stride), stride, target + j, step);
    }

    /// <summary>The last columns of a panel: rows of zeros, a multiple of four wide, with fewer than four values each.</summary>
    private static void TransposeRest(int k, int columns, int width, float* source, nint stride, float* target, int step)
    {
        for (int p = 0; p < k; p++, target += step)
        {
            for (int j = 0; j < width; j += 4) Vector128<float>.Zero.Store(target + j);
            for (int j = 0; j < columns; j++) target[j] = source[(j * stride) + p];
        }
    }

    private static void Transpose8(int k, float* source, nint stride, float* target, int step)
    {
        float* source4 = source + (4 * stride);
        int p = 0;
        for (; p + 8 <= k; p += 8, target += 8 * step)
        {
            // Halves of rows i and i + 4 side by side, so that only in-lane shuffles remain.
            Columns4(source + p, source4 + p, stride, target, step);
            Columns4(source + p + 4, source4 + p + 4, stride, target + (4 * step), step);
        }

        for (; p < k; p++, target += step)
        {
            for (int i = 0; i < 8; i++) target[i] = source[(i * stride) + p];
        }
    }

    [MethodImpl(Inline)]
    private static void Columns4(float* low, float* high, nint stride, float* target, int step)
    {
        var r0 = Vector256.Create(Vector128.Load(low), Vector128.Load(high));
        var r1 = Vector256.Create(Vector128.Load(low + stride), Vector128.Load(high + stride));
        var r2 = Vector256.Create(Vector128.Load(low + (2 * stride)), Vector128.Load(high + (2 * stride)));
        var r3 = Vector256.Create(Vector128.Load(low + (3 * stride)), Vector128.Load(high + (3 * stride)));
        var t0 = Avx.UnpackLow(r0, r1);
        var t1 = Avx.UnpackHigh(r0, r1);
        var t2 = Avx.UnpackLow(r2, r3);
        var t3 = Avx.UnpackHigh(r2, r3);
        Avx.Shuffle(t0, t2, 0x44).Store(target);
        Avx.Shuffle(t0, t2, 0xEE).Store(target + step);
        Avx.Shuffle(t1, t3, 0x44).Store(target + (2 * step));
        Avx.Shuffle(t1, t3, 0xEE).Store(target + (3 * step));
    }

    private static void Transpose4(int k, float* source, nint stride, float* target, int step)
    {
        int p = 0;
        for (; p + 4 <= k; p += 4, target += 4 * step)
        {
            Vector128<float> r0 = Vector128.Load(source + p), r1 = Vector128.Load(source + stride + p);
            Vector128<float> r2 = Vector128.Load(source + (2 * stride) + p), r3 = Vector128.Load(source + (3 * stride) + p);
            Vector128<float> t0 = ZipLow(r0, r2), t1 = ZipHigh(r0, r2), t2 = ZipLow(r1, r3), t3 = ZipHigh(r1, r3);
            ZipLow(t0, t2).Store(target);
            ZipHigh(t0, t2).Store(target + step);
            ZipLow(t1, t3).Store(target + (2 * step));
            ZipHigh(t1, t3).Store(target + (3 * step));
        }

        for (; p < k; p++, target += step)
        {
            for (int i = 0; i < 4; i++) target[i] = source[(i * stride) + p];
        }
    }

    [MethodImpl(Inline)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported) return Sse.UnpackLow(a, b);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipLow(a, b);
        return Vector128.Create(a[0], b[0], a[1], b[1]);
    }

    [MethodImpl(Inline)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported) return Sse.UnpackHigh(a, b);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipHigh(a, b);
        return Vector128.Create(a[2], b[2], a[3], b[3]);
    }
}
