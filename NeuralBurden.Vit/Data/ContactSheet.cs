using NeuralBurden.Vit.Imaging;

namespace NeuralBurden.Vit.Data;

/// <summary>Many images of a data set in one picture, to look at a data set before training on it.</summary>
public static class ContactSheet
{
    private const int Gap = 2;
    private const byte GapGrey = 96;

    /// <summary>One row a class, the first <paramref name="columns"/> images of each; grey or RGB.</summary>
    /// <param name="scale">Pixels of the sheet a pixel of an image takes, each way.</param>
    /// <param name="mostRows">Rows to draw of a data set with many classes.</param>
    /// <exception cref="ArgumentException">A sheet that is empty or larger than a picture may be.</exception>
    public static RasterImage ByClass(ImageDataset set, int columns = 20, int scale = 2, int mostRows = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostRows, 1);
        var indices = new List<int?>();
        for (int label = 0; label < Math.Min(set.ClassCount, mostRows); label++)
        {
            int first = indices.Count;
            for (int i = 0; i < set.Count && indices.Count < first + columns; i++)
            {
                if (set.Labels[i] == label)
                {
                    indices.Add(i);
                }
            }

            indices.AddRange(Enumerable.Repeat<int?>(null, first + columns - indices.Count));
        }

        return Tile(set, indices, columns, scale);
    }

    /// <summary>The given images from left to right and top to bottom; null leaves a place empty.</summary>
    /// <exception cref="ArgumentException">A sheet that is empty or larger than a picture may be.</exception>
    public static RasterImage Tile(ImageDataset set, IReadOnlyList<int?> indices, int columns, int scale = 2)
    {
        int cellWidth = set.Width * scale + Gap, cellHeight = set.Height * scale + Gap;
        long rows = (indices.Count + columns - 1) / columns;
        long width = (long)columns * cellWidth + Gap, height = rows * cellHeight + Gap;
        if (rows < 1 || width > RasterImage.MostPixelsPerSide || height > RasterImage.MostPixelsPerSide)
        {
            throw new ArgumentException(
                $"A sheet of {rows} rows by {columns} images has {width}x{height} pixels; " +
                $"allowed: 1 to {RasterImage.MostPixelsPerSide} each way.");
        }

        int channels = set.Channels == 1 ? 1 : 3;
        var pixels = new byte[width * height * channels];
        pixels.AsSpan().Fill(GapGrey);
        for (int n = 0; n < indices.Count; n++)
        {
            if (indices[n] is { } index)
            {
                int left = Gap + n % columns * cellWidth, top = Gap + n / columns * cellHeight;
                Draw(set, index, pixels.AsSpan((top * (int)width + left) * channels), (int)width, channels,
                    scale);
            }
        }

        return new RasterImage((int)width, (int)height, channels, pixels);
    }

    private static void Draw(ImageDataset set, int index, Span<byte> target, int sheetWidth, int channels,
        int scale)
    {
        var image = set.Image(index);
        int plane = set.Height * set.Width;
        for (int y = 0; y < set.Height * scale; y++)
        {
            for (int x = 0; x < set.Width * scale; x++)
            {
                int from = y / scale * set.Width + x / scale;
                for (int c = 0; c < channels; c++)
                {
                    // Sets of two channels have no colours of their own; their last channel fills in.
                    target[(y * sheetWidth + x) * channels + c] = image[Math.Min(c,
                        set.Channels - 1) * plane + from];
                }
            }
        }
    }
}
