using System.Buffers.Binary;
using System.Numerics;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// CRC-32C (Castagnoli polynomial, reflected, initial value and final xor all ones), as TFRecord and
/// checkpoints use it: the check value of the ASCII text <c>123456789</c> is <c>0xE3069283</c>.
/// </summary>
public static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The sum of a text whose beginning has the sum <paramref name="crc"/> and whose rest is
    /// given.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (byte value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
