using System.Numerics;

namespace NeuralBurden.Pruning.Masks;

/// <summary>Operations on bit sets packed into 64-bit words; bit i is bit i % 64 of word i / 64.</summary>
internal static class Bits
{
    public static int WordCount(int length) => (length + 63) / 64;

    public static bool Get(ReadOnlySpan<ulong> words, int index) =>
        (words[index >> 6] >> (index & 63) & 1) != 0;

    public static void Set(Span<ulong> words, int index) => words[index >> 6] |= 1UL << (index & 63);

    public static void Clear(Span<ulong> words, int index) => words[index >> 6] &= ~(1UL << (index & 63));

    public static void Flip(Span<ulong> words, int index) => words[index >> 6] ^= 1UL << (index & 63);

    public static void SetAll(Span<ulong> words, int length)
    {
        words.Fill(ulong.MaxValue);
        if (length % 64 != 0) words[^1] = ulong.MaxValue >> (64 - length % 64);
    }

    public static bool TailIsZero(ReadOnlySpan<ulong> words, int length) =>
        length % 64 == 0 || words[^1] >> (length % 64) == 0;

    public static int Count(ReadOnlySpan<ulong> words)
    {
        var count = 0;
        foreach (var word in words) count += BitOperations.PopCount(word);
        return count;
    }

    public static int XorCount(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        var count = 0;
        for (var i = 0; i < a.Length; i++) count += BitOperations.PopCount(a[i] ^ b[i]);
        return count;
    }

    public static int AndCount(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        var count = 0;
        for (var i = 0; i < a.Length; i++) count += BitOperations.PopCount(a[i] & b[i]);
        return count;
    }

    public static int CountRange(ReadOnlySpan<ulong> words, int start, int length)
    {
        var count = 0;
        for (var end = start + length; start < end;)
        {
            var take = Math.Min(64 - start % 64, end - start);
            var lanes = take == 64 ? ulong.MaxValue : (1UL << take) - 1;
            count += BitOperations.PopCount(words[start / 64] >> (start % 64) & lanes);
            start += take;
        }

        return count;
    }

    public static void SetRange(Span<ulong> words, int start, int length, bool value)
    {
        for (var end = start + length; start < end;)
        {
            var take = Math.Min(64 - start % 64, end - start);
            var lanes = (take == 64 ? ulong.MaxValue : (1UL << take) - 1) << (start % 64);
            if (value) words[start / 64] |= lanes;
            else words[start / 64] &= ~lanes;
            start += take;
        }
    }
}
