using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// NumPy's <c>.npy</c> format, version 1.0, little-endian float32 in C order: what <c>numpy.save</c> writes for such arrays,
/// byte for byte.
/// </summary>
public static class NpyFile
{
    private const string FloatType = "<f4";
    private const int PreambleBytes = 10;
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <param name="shape">Row-major extents; their product is the number of values.</param>
    /// <exception cref="IOException">The file cannot be written; an older one is intact.</exception>
    public static void Write(string path, ReadOnlySpan<int> shape, ReadOnlyMemory<float> values)
    {
        long count = 1;
        foreach (int extent in shape) count = checked(count * extent);
        if (count != values.Length)
        {
            string extents = string.Join(", ", shape.ToArray());
            throw new ArgumentException($"shape [{extents}] does not hold {values.Length} values", nameof(shape));
        }

        byte[] header = Header(shape);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            stream.Write(MemoryMarshal.AsBytes(values.Span));
        });
    }

    private static byte[] Header(ReadOnlySpan<int> shape)
    {
        string extents = shape.Length == 1
            ? string.Create(CultureInfo.InvariantCulture, $"{shape[0]},")
            : string.Join(", ", shape.ToArray());
        string text = $"{{'descr': '{FloatType}', 'fortran_order': False, 'shape': ({extents}), }}";
        int length = PreambleBytes + text.Length + 1;
        length += -length & (Alignment - 1);
        byte[] header = new byte[length];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(Magic.Length), (ushort)(length - PreambleBytes));
        Encoding.ASCII.GetBytes(text, header.AsSpan(PreambleBytes));
        header[^1] = (byte)'\n';
        return header;
    }
}
