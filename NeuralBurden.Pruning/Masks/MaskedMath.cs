using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Pruning.Masks;

/// <summary>
/// Elementwise loops over floats under a packed mask. Pruned lanes are selected away, never multiplied by
/// zero: a NaN or an infinity under the mask does not leak, and a pruned value is exactly +0.
/// </summary>
internal static class MaskedMath
{
    private const int Lanes = 8;

    // Lane i looks at bit i of the mask's byte.
    private static readonly Vector256<int> LaneBits = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);

    public static void CheckLength(int actual, int expected)
    {
        if (actual != expected)
            throw new ArgumentException($"Span of {actual} for a mask of {expected} weights.");
    }

    /// <summary>destination = kept ? source : 0.</summary>
    public static void Select(ReadOnlySpan<ulong> words, ReadOnlySpan<float> source, Span<float> destination)
    {
        var bytes = MemoryMarshal.AsBytes(words);
        int i = 0;
        for (; i + Lanes <= source.Length; i += Lanes)
        {
            var kept = Vector256.Create(source.Slice(i, Lanes)) & Kept(bytes[i / Lanes]);
            kept.CopyTo(destination.Slice(i, Lanes));
        }

        for (; i < source.Length; i++) destination[i] = MaskWords.Get(words, i) ? source[i] : 0f;
    }

    /// <summary>values = kept ? values : 0.</summary>
    public static void ZeroPruned(ReadOnlySpan<ulong> words, Span<float> values) =>
        Select(words, values, values);

    /// <summary>values = set ? 0 : values.</summary>
    public static void ZeroWhere(ReadOnlySpan<ulong> words, Span<float> values)
    {
        for (int w = 0; w < words.Length; w++)
        {
            for (ulong word = words[w]; word != 0; word &= word - 1)
                values[w * 64 + System.Numerics.BitOperations.TrailingZeroCount(word)] = 0f;
        }
    }

    public static void Expand(ReadOnlySpan<ulong> words, Span<float> destination)
    {
        destination.Fill(1f);
        Select(words, destination, destination);
    }

    /// <summary>
    /// g = kept ? g : gamma g + lambda w. With gamma = 0 the incoming pruned gradient is not read at all, so
    /// a backward pass that left garbage there is harmless.
    /// </summary>
    public static void TransformGradient(
        ReadOnlySpan<ulong> words, Span<float> gradient, ReadOnlySpan<float> weights,
        float gamma, float lambda)
    {
        if (gamma == 1f && lambda == 0f) return;
        if (gamma == 0f && lambda == 0f)
        {
            ZeroPruned(words, gradient);
            return;
        }

        var bytes = MemoryMarshal.AsBytes(words);
        int i = 0;
        for (; i + Lanes <= gradient.Length; i += Lanes)
        {
            var g = Vector256.Create(gradient.Slice(i, Lanes));
            var pruned = Vector256.Create(weights.Slice(i, Lanes)) * lambda;
            if (gamma != 0f) pruned = g * gamma + pruned;
            Vector256.ConditionalSelect(Kept(bytes[i / Lanes]), g, pruned).CopyTo(gradient.Slice(i, Lanes));
        }

        for (; i < gradient.Length; i++)
        {
            if (MaskWords.Get(words, i)) continue;
            float pruned = weights[i] * lambda;
            gradient[i] = gamma != 0f ? gradient[i] * gamma + pruned : pruned;
        }
    }

    /// <summary>values = kept ? values : fill.</summary>
    public static void FillPruned(ReadOnlySpan<ulong> words, Span<float> values, float fill)
    {
        var bytes = MemoryMarshal.AsBytes(words);
        var filling = Vector256.Create(fill);
        int i = 0;
        for (; i + Lanes <= values.Length; i += Lanes)
        {
            var lanes = values.Slice(i, Lanes);
            Vector256.ConditionalSelect(Kept(bytes[i / Lanes]), Vector256.Create<float>(lanes), filling).CopyTo(lanes);
        }

        for (; i < values.Length; i++)
            if (!MaskWords.Get(words, i)) values[i] = fill;
    }

    /// <summary>values = values / (kept ? ofKept : ofPruned).</summary>
    public static void Divide(ReadOnlySpan<ulong> words, Span<float> values, float ofKept, float ofPruned)
    {
        var bytes = MemoryMarshal.AsBytes(words);
        var (kept, pruned) = (Vector256.Create(ofKept), Vector256.Create(ofPruned));
        int i = 0;
        for (; i + Lanes <= values.Length; i += Lanes)
        {
            var lanes = values.Slice(i, Lanes);
            var divisor = Vector256.ConditionalSelect(Kept(bytes[i / Lanes]), kept, pruned);
            (Vector256.Create<float>(lanes) / divisor).CopyTo(lanes);
        }

        for (; i < values.Length; i++) values[i] /= MaskWords.Get(words, i) ? ofKept : ofPruned;
    }

    /// <summary>Index of the first value that is NaN or infinite, or -1.</summary>
    public static int FirstNonFinite(ReadOnlySpan<float> values)
    {
        int i = 0;
        for (; i + Lanes <= values.Length; i += Lanes)
        {
            // x - x is zero where x is finite, else NaN.
            var x = Vector256.Create(values.Slice(i, Lanes));
            if (!Vector256.EqualsAll(x - x, Vector256<float>.Zero)) break;
        }

        for (; i < values.Length; i++)
            if (!float.IsFinite(values[i])) return i;
        return -1;
    }

    /// <summary>
    /// Euclidean norm of the values that are finite, added up in double and in an order that no machine changes.
    /// </summary>
    public static double NormOfFinite(ReadOnlySpan<float> values)
    {
        var sums = Vector256<double>.Zero;
        int i = 0;
        for (; i + 4 <= values.Length; i += 4)
        {
            var x = Vector128.Create(values.Slice(i, 4));
            x = Vector128.ConditionalSelect(Vector128.Equals(x - x, Vector128<float>.Zero), x, Vector128<float>.Zero);
            var (low, high) = Vector128.Widen(x);
            var wide = Vector256.Create(low, high);
            sums += wide * wide;
        }

        double sum = sums[0] + sums[1] + sums[2] + sums[3];
        for (; i < values.Length; i++)
            if (float.IsFinite(values[i])) sum += (double)values[i] * values[i];
        return Math.Sqrt(sum);
    }

    /// <summary>Index of the first pruned entry that is not zero (NaN counts as not zero), or -1.</summary>
    public static int FirstNonZeroPruned(ReadOnlySpan<ulong> words, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            if (!MaskWords.Get(words, i) && values[i] != 0f) return i;
        return -1;
    }

    private static Vector256<float> Kept(byte bits)
    {
        var lanes = Vector256.Create((int)bits) & LaneBits;
        return Vector256.Equals(lanes, LaneBits).AsSingle();
    }
}
