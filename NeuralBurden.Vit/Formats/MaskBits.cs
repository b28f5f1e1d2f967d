using System.Runtime.InteropServices;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// The bit-packed form of masks in files: weight i is bit i % 8 of byte i / 8. In memory the same bits in
/// 64-bit words, weight i being bit i % 64 of word i / 64; on a little-endian machine that is the same order.
/// </summary>
public static class MaskBits
{
    public static int ByteCount(int weights) => (weights + 7) / 8;

    public static int WordCount(int weights) => (weights + 63) / 64;

    /// <exception cref="ArgumentException">Wrong number of words, or a bit set behind the last
    /// weight.</exception>
    public static byte[] Pack(int weights, ReadOnlySpan<ulong> words)
    {
        if (words.Length != WordCount(weights))
            throw new ArgumentException(
                $"{weights} weights take {WordCount(weights)} words, not {words.Length}", nameof(words));
        if (weights % 64 != 0 && words[^1] >> (weights % 64) != 0)
            throw new ArgumentException($"bits are set behind the last of {weights} weights", nameof(words));
        return MemoryMarshal.AsBytes(words)[..ByteCount(weights)].ToArray();
    }

    /// <param name="bytes">Exactly <see cref="ByteCount"/> of them.</param>
    /// <param name="words">Exactly <see cref="WordCount"/> of them; spare bits become zero.</param>
    public static void Unpack(ReadOnlySpan<byte> bytes, int weights, Span<ulong> words)
    {
        if (bytes.Length != ByteCount(weights) || words.Length != WordCount(weights))
            throw new ArgumentException(
                $"{weights} weights take {ByteCount(weights)} bytes and {WordCount(weights)} words,"
                + $" not {bytes.Length} and {words.Length}");
        words.Clear();
        bytes.CopyTo(MemoryMarshal.AsBytes(words));
    }

    public static bool IsKept(ReadOnlySpan<byte> bytes, int weight) =>
        (bytes[weight >> 3] >> (weight & 7) & 1) != 0;
}
