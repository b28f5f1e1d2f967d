using System.Text;
using NeuralBurden.Vit.Files;

namespace NeuralBurden.Vit.Data;

/// <summary>
/// The IDX files of MNIST and its relatives, plain or gzip: big-endian int32 magic (0x803 images, 0x801
/// labels), count, for images rows and columns, then one byte a pixel or label and nothing after it.
/// </summary>
public static class IdxReader
{
    private const int ImageMagic = 0x803, LabelMagic = 0x801;
    private const int MostImages = 10_000_000, MostBytes = 1 << 30;

    /// <summary>Pixels [N, 1, height, width] of a file whose images must have just that size.</summary>
    /// <exception cref="DataFormatException">
    /// The file is not such a file, whole and with nothing after it.
    /// </exception>
    public static byte[] ReadImages(string path, int height, int width) => ReadImages(path, height, width, null);

    /// <param name="published">What the file must be; null takes any.</param>
    internal static byte[] ReadImages(string path, int height, int width, PublishedFile? published)
    {
        using var reader = new DataFileReader(path);
        int count = ReadHeader(reader, ImageMagic, published);
        ExpectDimension(reader, "rows", height);
        ExpectDimension(reader, "columns", width);
        long bytes = (long)count * height * width;
        if (bytes > MostBytes)
        {
            throw new DataFormatException(path, "count",
                $"{count} images of {height}x{width}; allowed: 1 to {MostBytes / (height * width)}.");
        }

        reader.ExpectEndAfter(bytes);
        byte[] pixels = reader.ReadArray((int)bytes, $"pixels of {count} images");
        End(reader, published);
        return pixels;
    }

    /// <summary>Labels [N], each below <paramref name="classCount"/>.</summary>
    /// <exception cref="DataFormatException">
    /// The file is not such a file, whole and with nothing after it.
    /// </exception>
    public static byte[] ReadLabels(string path, int classCount) => ReadLabels(path, classCount, null);

    /// <param name="published">What the file must be; null takes any.</param>
    internal static byte[] ReadLabels(string path, int classCount, PublishedFile? published)
    {
        using var reader = new DataFileReader(path);
        int count = ReadHeader(reader, LabelMagic, published);
        reader.ExpectEndAfter(count);
        byte[] labels = reader.ReadArray(count, $"labels of {count} images");
        End(reader, published);
        int stray = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classCount - 1));
        if (stray >= 0)
        {
            throw new DataFormatException(path, $"label of image {stray}",
                $"{labels[stray]}; allowed: 0 to {classCount - 1}.");
        }

        return labels;
    }

    private static int ReadHeader(DataFileReader reader, int magic, PublishedFile? published)
    {
        if (published is not null) reader.BeginDigest();
        int found = reader.ReadInt32BigEndian("magic");
        if (found != magic)
        {
            var hint = new StringBuilder($"0x{found:x8}; expected 0x{magic:x8} (IDX ");
            hint.Append(magic == ImageMagic ? "images)" : "labels)");
            hint.Append(found switch
            {
                ImageMagic => "; this is a file of images.",
                LabelMagic => "; this is a file of labels.",
                _ => ".",
            });
            throw new DataFormatException(reader.Name, "magic", hint.ToString());
        }

        int count = reader.ReadInt32BigEndian("count");
        if (count is < 1 or > MostImages)
        {
            throw new DataFormatException(reader.Name, "count", $"{count}; allowed: 1 to {MostImages}.");
        }

        if (published is not null && count != published.Count)
        {
            throw new DataFormatException(reader.Name, "count",
                $"{count}; the published set has {published.Count}. {DataOptions.HowToTakeIt}");
        }

        return count;
    }

    private static void End(DataFileReader reader, PublishedFile? published)
    {
        reader.ExpectEnd();
        if (published is not null) reader.ExpectDigest(reader.Name, published.Sha256);
    }

    private static void ExpectDimension(DataFileReader reader, string field, int expected)
    {
        int found = reader.ReadInt32BigEndian(field);
        if (found != expected)
        {
            throw new DataFormatException(reader.Name, field, $"{found}; expected {expected}.");
        }
    }
}
