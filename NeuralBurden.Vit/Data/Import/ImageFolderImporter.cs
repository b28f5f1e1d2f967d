using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Imaging;

namespace NeuralBurden.Vit.Data.Import;

/// <summary>Packs an image folder into one file; see <see cref="PackedDataset"/>.</summary>
public static class ImageFolderImporter
{
    private const int LargestSize = 1024;

    /// <summary>
    /// Reads every image, then writes the file in one step: whatever stops it, an older file stays as it was, and
    /// nothing half-written is left. Images have as many channels as the richest of them: a single colour image makes
    /// all of them RGB. Files are read as <see cref="ImageReader"/> says.
    /// </summary>
    /// <param name="folder">A folder per class, or such folders in train/ and test/ (or val/, valid/, ...).</param>
    /// <param name="output">The file, its name ending in .nbset.</param>
    /// <param name="progress">Told how many images have been read, of how many.</param>
    /// <exception cref="ImageFolderException">The folder is no data set, an image cannot be read, or sizes are mixed;
    /// names the folder or file.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static ImageDatasetPair Import(
        string folder,
        string output,
        ImportOptions options,
        IProgress<(int Done, int All)>? progress = null,
        CancellationToken cancellation = default)
    {
        if (!PackedDataset.IsName(Path.GetFileName(output)))
            throw new ImageFolderException($"{output}: the name of an imported data set ends in {PackedDataset.Extension}");
        if (options.Size is < 1 or > LargestSize)
            throw new ImageFolderException($"size {options.Size} is out of range; allowed: 1 to {LargestSize}");
        if (options.TestShare is not (> 0 and < 1))
            throw new ImageFolderException($"a test share of {options.TestShare} is out of range; allowed: above 0, below 1");
        var source = ImageFolder.Scan(folder, options.TestShare);
        int all = source.Train.Count + source.Test.Count, done = 0;
        var train = source.Train.Select(file => Read(file.Path)).ToList();
        var test = source.Test.Select(file => Read(file.Path)).ToList();
        var first = train[0];
        var files = source.Train.Concat(source.Test).Select(f => f.Path).Zip(train.Concat(test)).ToList();
        var other = files.FirstOrDefault(f => f.Second.Width != first.Width || f.Second.Height != first.Height);
        if (other.First is { } odd)
        {
            throw new ImageFolderException(
                $"{odd}: has {other.Second.Width}x{other.Second.Height} pixels, but {source.Train[0].Path} has "
                + $"{first.Width}x{first.Height}; --size N makes all images N x N");
        }

        int channels = files.Max(f => f.Second.Channels);
        string name = Path.GetFileName(output);
        var whole = Create(source.Train, train, null);
        var pair = new ImageDatasetPair(whole, Create(source.Test, test, whole));
        PackedDataset.Write(output, pair, source.Split, options.Size is null ? "not resized" : ImageResizer.Filter);
        return pair;

        RasterImage Read(string path)
        {
            cancellation.ThrowIfCancellationRequested();
            RegularFile.Require(path);
            var image = ImageDecoder.Read(path);
            if (options.Grey && image.Channels == 3) image = ToGrey(image);
            if (options.Size is { } size) image = ImageResizer.ToSquare(image, size);
            progress?.Report((++done, all));
            return image;
        }

        ImageDataset Create(IReadOnlyList<(string Path, byte Label)> split, List<RasterImage> images, ImageDataset? normalizer)
        {
            int size = channels * first.Width * first.Height;
            if ((long)size * images.Count > int.MaxValue)
                throw new ImageFolderException($"{folder}: {images.Count} images of {size} bytes are more than 2 GiB");
            var pixels = new byte[size * images.Count];
            for (int i = 0; i < images.Count; i++) Planes(images[i], channels, pixels.AsSpan(i * size, size));
            byte[] labels = [.. split.Select(file => file.Label)];
            return new ImageDataset(
                name, channels, first.Height, first.Width, source.Classes, pixels, labels, normalizer);
        }
    }

    private static RasterImage ToGrey(RasterImage image)
    {
        var pixels = new byte[image.Width * image.Height];
        for (int i = 0; i < pixels.Length; i++)
        {
            ReadOnlySpan<byte> p = image.Pixels.AsSpan(i * 3, 3);
            pixels[i] = (byte)(((299 * p[0]) + (587 * p[1]) + (114 * p[2]) + 500) / 1000);
        }

        return new RasterImage(image.Width, image.Height, 1, pixels);
    }

    // [H, W, c] to [C, H, W]; a grey image shows in every channel.
    private static void Planes(RasterImage image, int channels, Span<byte> planes)
    {
        int count = image.Width * image.Height;
        for (int c = 0; c < channels; c++)
        {
            int from = image.Channels == 1 ? 0 : c;
            for (int i = 0; i < count; i++) planes[(c * count) + i] = image.Pixels[(i * image.Channels) + from];
        }
    }
}
