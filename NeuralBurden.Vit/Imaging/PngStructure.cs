using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Imaging;

/// <summary>
/// Whether a PNG file (third edition; ISO/IEC 15948) is whole: checksums of all chunks, nothing after IEND, one frame, and
/// as much pixel data as its header asks for.
/// </summary>
internal static class PngStructure
{
    private const int SignatureBytes = 8, HeaderBytes = 13;

    // First column, first row, and steps of the seven passes of Adam7.
    private static readonly (int X, int Y, int Across, int Down)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static void Check(ReadOnlySpan<byte> file, string name)
    {
        var cursor = new ByteCursor(file, name);
        cursor.Take(SignatureBytes, "signature");
        var header = Chunk(ref cursor, out string type);
        if (type != "IHDR" || header.Length != HeaderBytes) throw cursor.Error("IHDR", "is not the first chunk.");
        var packed = new MemoryStream();
        while (true)
        {
            var data = Chunk(ref cursor, out type);
            if (type == "IEND") break;
            if (type == "acTL") throw cursor.Error("frames", "an animation; allowed: 1 frame.");
            if (type == "IDAT") packed.Write(data);
        }

        if (cursor.Left > 0) throw cursor.Error("length", $"{cursor.Left} bytes follow after the end of the image.");
        CheckPixels(header, packed, name);
    }

    private static ReadOnlySpan<byte> Chunk(ref ByteCursor cursor, out string type)
    {
        uint length = cursor.BigEndian32("chunk");
        var checkedPart = cursor.Take(4L + length, "chunk");
        type = Encoding.Latin1.GetString(checkedPart[..4]);
        if (Crc32.HashToUInt32(checkedPart) != cursor.BigEndian32(type))
            throw cursor.Error(type, "checksum does not match; the file is damaged.");
        return checkedPart[4..];
    }

    private static void CheckPixels(ReadOnlySpan<byte> header, MemoryStream packed, string name)
    {
        uint width = BinaryPrimitives.ReadUInt32BigEndian(header), height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (width > RasterImage.MostPixelsPerSide || height > RasterImage.MostPixelsPerSide) return; // refused for its size
        int samples = header[9] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        int bits = samples * header[8];
        (int X, int Y, int Across, int Down)[] passes = header[12] == 0 ? [(0, 0, 1, 1)] : Passes;
        packed.Position = 0;
        try
        {
            using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
            byte[] row = new byte[1 + (((width * bits) + 7) / 8)];
            foreach (var (x, y, across, down) in passes)
            {
                long columns = (width - x + across - 1) / across, rows = (height - y + down - 1) / down;
                if (columns <= 0) continue;
                var line = row.AsSpan(0, (int)(1 + (((columns * bits) + 7) / 8)));
                for (long i = 0; i < rows; i++)
                {
                    zlib.ReadExactly(line);
                    if (line[0] > 4) throw new DataFormatException(name, $"filter of row {i}", $"{line[0]}; allowed: 0 to 4.");
                }
            }

            if (zlib.ReadByte() >= 0) throw new DataFormatException(name, "IDAT", "more pixel data than the image needs.");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DataFormatException(name, "IDAT", "the packed pixel data is damaged or ends too early.", e);
        }
    }
}
