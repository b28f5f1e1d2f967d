using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// NumPy's <c>.npy</c> format, version 1.0, little-endian float32 and int64 in C order: what
/// <c>numpy.save</c> writes for such arrays, byte for byte.
/// </summary>
public static partial class NpyFile
{
    private const string FloatType = "<f4";
    private const string Int64Type = "<i8";
    private const int PreambleBytes = 10;
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic =>
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <param name="shape">Row-major extents; their product is the number of values.</param>
    /// <exception cref="IOException">The file cannot be written; an older one is intact.</exception>
    public static void Write(string path, ReadOnlySpan<int> shape, ReadOnlyMemory<float> values) =>
        Write(path, FloatType, shape, values);

    public static void Write(string path, ReadOnlySpan<int> shape, ReadOnlyMemory<long> values) =>
        Write(path, Int64Type, shape, values);

    /// <exception cref="MalformedFileException">No such file of float32 in C order; names the
    /// field.</exception>
    public static (int[] Shape, float[] Values) ReadFloats(string path) => Read<float>(path, FloatType);

    /// <exception cref="MalformedFileException">No such file of int64 in C order; names the
    /// field.</exception>
    public static (int[] Shape, long[] Values) ReadInt64s(string path) => Read<long>(path, Int64Type);

    private static void Write<T>(
        string path, string type, ReadOnlySpan<int> shape, ReadOnlyMemory<T> values)
        where T : unmanaged
    {
        long count = 1;
        foreach (int extent in shape)
            count = checked(count * extent);
        if (count != values.Length)
        {
            string extents = string.Join(", ", shape.ToArray());
            throw new ArgumentException(
                $"shape [{extents}] does not hold {values.Length} values", nameof(shape));
        }
        byte[] header = Header(type, shape);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            stream.Write(MemoryMarshal.AsBytes(values.Span));
        });
    }

    private static byte[] Header(string type, ReadOnlySpan<int> shape)
    {
        string extents = shape.Length == 1
            ? string.Create(CultureInfo.InvariantCulture, $"{shape[0]},")
            : string.Join(", ", shape.ToArray());
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({extents}), }}";
        int length = PreambleBytes + text.Length + 1;
        length += -length & (Alignment - 1);
        byte[] header = new byte[length];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(
            header.AsSpan(Magic.Length), (ushort)(length - PreambleBytes));
        Encoding.ASCII.GetBytes(text, header.AsSpan(PreambleBytes));
        header[^1] = (byte)'\n';
        return header;
    }

    private static (int[] Shape, T[] Values) Read<T>(string path, string type)
        where T : unmanaged
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> preamble = stackalloc byte[PreambleBytes];
        ReadExactly(file, preamble, "magic");
        if (!preamble.StartsWith(Magic))
            throw new MalformedFileException(path, "magic", "is not that of a .npy file of version 1.0");
        byte[] text = new byte[BinaryPrimitives.ReadUInt16LittleEndian(preamble[Magic.Length..])];
        ReadExactly(file, text, "header");
        int[] shape = ParseHeader(path, Encoding.Latin1.GetString(text), type, out long count);
        long bytes = count * Marshal.SizeOf<T>();
        long rest = file.Length - PreambleBytes - text.Length;
        if (bytes != rest)
        {
            throw new MalformedFileException(
                path, "shape", $"[{string.Join(", ", shape)}] takes {bytes} bytes; {rest} follow the header");
        }

        T[] values = new T[count];
        ReadExactly(file, MemoryMarshal.AsBytes(values.AsSpan()), "values");
        return (shape, values);
    }

    private static int[] ParseHeader(string path, string header, string type, out long count)
    {
        Match match = HeaderPattern().Match(header);
        if (!match.Success)
        {
            throw new MalformedFileException(
                path, "header", "is not {'descr': ..., 'fortran_order': ..., 'shape': ..., }");
        }

        string descr = match.Groups["descr"].Value;
        if (descr != type)
            throw new MalformedFileException(path, "descr", $"is '{descr}'; expected '{type}'");
        if (match.Groups["fortran"].Value != "False")
            throw new MalformedFileException(path, "fortran_order", "is True; expected False");
        string[] extents = match.Groups["shape"].Value.Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int[] shape = new int[extents.Length];
        count = 1;
        for (int i = 0; i < extents.Length; i++)
        {
            if (!int.TryParse(extents[i], NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
                throw new MalformedFileException(path, "shape", $"has the extent '{extents[i]}'");
            count *= shape[i]; // both factors are below 2^31
            if (count > Array.MaxLength)
                throw new MalformedFileException(path, "shape", $"has more than {Array.MaxLength} values");
        }
        return shape;
    }

    private static void ReadExactly(FileStream file, Span<byte> destination, string field)
    {
        int read = file.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        if (read != destination.Length)
            throw new MalformedFileException(file.Name, field, "is cut short");
    }

    [GeneratedRegex(
        @"^\{'descr': '(?<descr>[^']*)', 'fortran_order': (?<fortran>True|False), "
        + @"'shape': \((?<shape>[0-9, ]*)\), \} *\n?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex HeaderPattern();
}
