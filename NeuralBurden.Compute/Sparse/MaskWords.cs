using System.Numerics;
using System.Runtime.InteropServices;

namespace NeuralBurden.Compute.Sparse;

/// <summary>
/// One bit per weight; 1 keeps. On the host weight i is bit i % 64 of word i / 64; in files bit i % 8 of byte i / 8, and on
/// devices bit i % 32 of word i / 32 of an int32 tensor: on little-endian machines the same bytes. Bits past the last weight
/// are zero.
/// </summary>
public static class MaskWords
{
    public static int WordCount(int length) => (length + 63) / 64;

    /// <summary>Words of the int32 tensor of a device.</summary>
    public static int DeviceWordCount(long length) => (int)((length + 31) / 32);

    public static int ByteCount(int length) => (length + 7) / 8;

    public static bool Get(ReadOnlySpan<ulong> words, int index) =>
        ((words[index >> 6] >> (index & 63)) & 1) != 0;

    public static void Set(Span<ulong> words, int index) => words[index >> 6] |= 1UL << (index & 63);

    public static void Clear(Span<ulong> words, int index) => words[index >> 6] &= ~(1UL << (index & 63));

    public static void Flip(Span<ulong> words, int index) => words[index >> 6] ^= 1UL << (index & 63);

    public static void SetAll(Span<ulong> words, int length)
    {
        words.Fill(ulong.MaxValue);
        if (length % 64 != 0) words[^1] = ulong.MaxValue >> (64 - (length % 64));
    }

    public static bool TailIsZero(ReadOnlySpan<ulong> words, int length) =>
        length % 64 == 0 || words[^1] >> (length % 64) == 0;

    public static int Count(ReadOnlySpan<ulong> words)
    {
        int count = 0;
        foreach (ulong word in words) count += BitOperations.PopCount(word);
        return count;
    }

    public static int XorCount(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        int count = 0;
        for (int i = 0; i < a.Length; i++) count += BitOperations.PopCount(a[i] ^ b[i]);
        return count;
    }

    public static int AndCount(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        int count = 0;
        for (int i = 0; i < a.Length; i++) count += BitOperations.PopCount(a[i] & b[i]);
        return count;
    }

    /// <summary>The bits of 1 to 64 weights from <paramref name="start"/> on, the first one lowest; 0 behind them.</summary>
    public static ulong Window(ReadOnlySpan<ulong> words, int start, int length)
    {
        int word = start >> 6, shift = start & 63;
        ulong bits = words[word] >> shift;
        if (shift + length > 64) bits |= words[word + 1] << (64 - shift);
        return length == 64 ? bits : bits & ((1UL << length) - 1);
    }

    /// <summary>Whether one of <paramref name="length"/> weights from <paramref name="start"/> on is kept.</summary>
    public static bool Any(ReadOnlySpan<ulong> words, int start, int length)
    {
        for (int end = start + length; start < end;)
        {
            int take = Math.Min(64 - (start % 64), end - start);
            ulong lanes = take == 64 ? ulong.MaxValue : (1UL << take) - 1;
            if (((words[start / 64] >> (start % 64)) & lanes) != 0) return true;
            start += take;
        }

        return false;
    }

    public static int CountRange(ReadOnlySpan<ulong> words, int start, int length)
    {
        int count = 0;
        for (int end = start + length; start < end;)
        {
            int take = Math.Min(64 - (start % 64), end - start);
            ulong lanes = take == 64 ? ulong.MaxValue : (1UL << take) - 1;
            count += BitOperations.PopCount((words[start / 64] >> (start % 64)) & lanes);
            start += take;
        }

        return count;
    }

    public static void SetRange(Span<ulong> words, int start, int length, bool value)
    {
        for (int end = start + length; start < end;)
        {
            int take = Math.Min(64 - (start % 64), end - start);
            ulong lanes = (take == 64 ? ulong.MaxValue : (1UL << take) - 1) << (start % 64);
            if (value) words[start / 64] |= lanes;
            else words[start / 64] &= ~lanes;
            start += take;
        }
    }

    public static bool Get(ReadOnlySpan<byte> bytes, int index) => ((bytes[index >> 3] >> (index & 7)) & 1) != 0;

    /// <exception cref="ArgumentException">Wrong number of words, or a bit set behind the last weight.</exception>
    public static byte[] Pack(int length, ReadOnlySpan<ulong> words)
    {
        if (words.Length != WordCount(length))
            throw new ArgumentException($"{length} weights take {WordCount(length)} words, not {words.Length}", nameof(words));
        if (!TailIsZero(words, length))
            throw new ArgumentException($"bits are set behind the last of {length} weights", nameof(words));
        return MemoryMarshal.AsBytes(words)[..ByteCount(length)].ToArray();
    }

    /// <param name="bytes">Exactly <see cref="ByteCount"/> of them.</param>
    /// <param name="length">Weights.</param>
    /// <param name="words">Exactly <see cref="WordCount"/> of them.</param>
    public static void Unpack(ReadOnlySpan<byte> bytes, int length, Span<ulong> words)
    {
        if (bytes.Length != ByteCount(length) || words.Length != WordCount(length))
        {
            throw new ArgumentException(
                $"{length} weights take {ByteCount(length)} bytes and {WordCount(length)} words,"
                + $" not {bytes.Length} and {words.Length}");
        }

        words.Clear();
        bytes.CopyTo(MemoryMarshal.AsBytes(words));
    }
}
