using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NeuralBurden.Vit.Data;

namespace NeuralBurden.Vit.Imaging;

/// <summary>
/// Reads PNG images of 8-bit grey, RGB or RGBA, not interlaced, with every filter type. Checksums, chunk
/// order and the exact length of the pixel data are checked; memory is bounded by what the file can really
/// hold.
/// </summary>
public static class PngReader
{
    // As in DataFileReader: deflate packs at most 1032 bytes into one.
    private const long MostBytesPerPackedByte = 1032;
    private const long MostFileBytes = 1 << 28;

    /// <exception cref="DataFormatException">Not such an image, or a damaged one.</exception>
    public static PngImage Read(string path)
    {
        long length = new FileInfo(path).Length;
        return length <= MostFileBytes
            ? Decode(File.ReadAllBytes(path), path)
            : throw new DataFormatException(path, "length",
                $"{length} bytes; allowed: up to {MostFileBytes}.");
    }

    /// <param name="name">Names the image in errors.</param>
    /// <exception cref="DataFormatException">Not such an image, or a damaged one.</exception>
    public static PngImage Decode(ReadOnlySpan<byte> file, string name)
    {
        if (!file.StartsWith(PngFormat.Signature))
        {
            throw new DataFormatException(name, "signature", "not a PNG file.");
        }

        var rest = file[PngFormat.Signature.Length..];
        var header = Chunk(ref rest, name, out string type);
        if (type != "IHDR" || header.Length != PngFormat.HeaderBytes)
        {
            throw new DataFormatException(name, "IHDR",
                $"expected first, with {PngFormat.HeaderBytes} bytes; " +
                $"found {type} with {header.Length}.");
        }

        var (width, height, channels) = ReadHeader(header, name);
        using var packed = new MemoryStream();
        bool pixelsEnded = false;
        while (true)
        {
            var data = Chunk(ref rest, name, out type);
            if (type == "IEND")
            {
                break;
            }

            pixelsEnded |= type != "IDAT" && packed.Length > 0;
            if (type == "IDAT")
            {
                if (pixelsEnded)
                {
                    throw new DataFormatException(name, "IDAT", "chunks of pixels are not consecutive.");
                }

                packed.Write(data);
            }
            else if (char.IsUpper(type[0]) && type != "PLTE")
            {
                throw new DataFormatException(name, type, "a critical chunk that is not known.");
            }
        }

        if (rest.Length > 0)
        {
            throw new DataFormatException(name, "length",
                $"{rest.Length} bytes follow after the end of the image.");
        }

        packed.Position = 0;
        return new PngImage(width, height, channels, Unfilter(packed, width, height, channels, name));
    }

    private static (int Width, int Height, int Channels) ReadHeader(ReadOnlySpan<byte> header, string name)
    {
        int width = BinaryPrimitives.ReadInt32BigEndian(header),
            height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        Check("width", width, width is >= 1 and <= PngImage.MostPixelsPerSide,
            $"1 to {PngImage.MostPixelsPerSide}");
        Check("height", height, height is >= 1 and <= PngImage.MostPixelsPerSide,
            $"1 to {PngImage.MostPixelsPerSide}");
        Check("bit depth", header[8], header[8] == 8, "8");
        Check("colour type", header[9], header[9] is 0 or 2 or 6, "0 (grey), 2 (RGB), 6 (RGBA)");
        Check("compression", header[10], header[10] == 0, "0");
        Check("filter method", header[11], header[11] == 0, "0");
        Check("interlace", header[12], header[12] == 0, "0 (none)");
        return (width, height, header[9] switch { 0 => 1, 2 => 3, _ => 4 });

        void Check(string field, int value, bool allowed, string range)
        {
            if (!allowed)
            {
                throw new DataFormatException(name, field, $"{value}; allowed: {range}.");
            }
        }
    }

    // Length, type, data, CRC-32 of type and data.
    private static ReadOnlySpan<byte> Chunk(ref ReadOnlySpan<byte> rest, string name, out string type)
    {
        if (rest.Length < 12)
        {
            throw new DataFormatException(name, "chunk", "the file ends before the image does (no IEND).");
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        type = Encoding.Latin1.GetString(rest.Slice(4, 4));
        if (!type.All(char.IsAsciiLetter))
        {
            throw new DataFormatException(name, "chunk type",
                "is not made of four letters; the file is damaged.");
        }

        if (length > rest.Length - 12)
        {
            throw new DataFormatException(name, type,
                $"has {length} bytes, but only {rest.Length - 12} are left.");
        }

        var checkedPart = rest.Slice(4, 4 + (int)length);
        if (Crc32.Of(checkedPart) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
        {
            throw new DataFormatException(name, type, "checksum does not match; the file is damaged.");
        }

        rest = rest[(12 + (int)length)..];
        return checkedPart[4..];
    }

    private static byte[] Unfilter(MemoryStream packed, int width, int height, int channels, string name)
    {
        int stride = width * channels;
        long expected = (long)height * (stride + 1);
        if (expected > packed.Length * MostBytesPerPackedByte)
        {
            throw new DataFormatException(name, "IDAT", $"{packed.Length} bytes cannot hold an image of " +
                $"{width}x{height}x{channels}.");
        }

        var pixels = new byte[(long)height * stride];
        try
        {
            using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
            for (int y = 0; y < height; y++)
            {
                var row = pixels.AsSpan(y * stride, stride);
                int filter = zlib.ReadByte();
                if (filter is < 0 or > 4)
                {
                    throw new DataFormatException(name, $"filter of row {y}", filter < 0
                        ? "the pixel data ends too early."
                        : $"{filter}; allowed: 0 to 4.");
                }

                zlib.ReadExactly(row);
                Reconstruct(filter, row, y == 0 ? [] : pixels.AsSpan((y - 1) * stride, stride), channels);
            }

            return zlib.ReadByte() < 0
                ? pixels
                : throw new DataFormatException(name, "IDAT",
                $"more pixel data than {width}x{height}x{channels} needs.");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DataFormatException(name, "IDAT",
                "the packed pixel data is damaged or ends too early.", e);
        }
    }

    private static void Reconstruct(int filter, Span<byte> row, ReadOnlySpan<byte> above, int channels)
    {
        for (int i = 0; i < row.Length && filter != 0; i++)
        {
            byte left = i < channels ? (byte)0 : row[i - channels];
            byte up = above.IsEmpty ? (byte)0 : above[i];
            byte corner = above.IsEmpty || i < channels ? (byte)0 : above[i - channels];
            row[i] += PngFormat.Predict(filter, left, up, corner);
        }
    }
}
