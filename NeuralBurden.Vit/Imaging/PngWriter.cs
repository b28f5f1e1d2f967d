using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;

namespace NeuralBurden.Vit.Imaging;

/// <summary>
/// Writes PNG images. Each row takes the filter whose output has the least sum of absolute values, as the PNG
/// specification advises.
/// </summary>
public static class PngWriter
{
    /// <summary>Replaces the file in one step, so that no half-written one is ever seen.</summary>
    public static void Write(string path, PngImage image) => AtomicFile.WriteAllBytes(path, Encode(image));

    public static byte[] Encode(PngImage image)
    {
        using var file = new MemoryStream();
        file.Write(PngFormat.Signature);
        Span<byte> header = stackalloc byte[PngFormat.HeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        header[9] = image.Channels switch { 1 => 0, 3 => 2, _ => 6 };
        WriteChunk(file, "IHDR", header);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            WriteRows(zlib, image);
        }

        WriteChunk(file, "IDAT", packed.GetBuffer().AsSpan(0, (int)packed.Length));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void WriteRows(Stream zlib, PngImage image)
    {
        int stride = image.Width * image.Channels;
        byte[] candidate = new byte[stride + 1], best = new byte[stride + 1];
        for (int y = 0; y < image.Height; y++)
        {
            var row = image.Pixels.AsSpan(y * stride, stride);
            var above = y == 0 ? [] : image.Pixels.AsSpan((y - 1) * stride, stride);
            long least = long.MaxValue;
            for (int filter = 0; filter <= 4; filter++)
            {
                long sum = Filter(filter, row, above, image.Channels, candidate);
                if (sum < least)
                {
                    least = sum;
                    (best, candidate) = (candidate, best);
                }
            }

            zlib.Write(best);
        }
    }

    private static long Filter(
        int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int channels, Span<byte> output)
    {
        output[0] = (byte)filter;
        long sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            byte left = i < channels ? (byte)0 : row[i - channels];
            byte up = above.IsEmpty ? (byte)0 : above[i];
            byte corner = above.IsEmpty || i < channels ? (byte)0 : above[i - channels];
            byte difference = (byte)(row[i] - PngFormat.Predict(filter, left, up, corner));
            output[i + 1] = difference;
            sum += Math.Abs((int)(sbyte)difference);
        }

        return sum;
    }

    private static void WriteChunk(Stream file, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        var crc = new Crc32();
        Span<byte> name = stackalloc byte[4];
        Encoding.Latin1.GetBytes(type, name);
        crc.Append(name);
        crc.Append(data);
        file.Write(name);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, crc.Value);
        file.Write(word);
    }
}
