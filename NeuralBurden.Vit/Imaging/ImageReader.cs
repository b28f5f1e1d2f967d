using NeuralBurden.Vit.Files;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace NeuralBurden.Vit.Imaging;

/// <summary>
/// Reads PNG, JPEG, GIF, BMP, TIFF and WebP by ImageSharp, all by one rule: what is cut short or damaged is refused;
/// transparency is laid over black; an image whose pixels are all grey has one channel, any other three; the orientation
/// that EXIF tells is applied; 16 bits are scaled to 8. A decoder is the part of a program that is attacked most, so that
/// size and structure are checked before it sees a file.
/// </summary>
public static class ImageReader
{
    private const long MostFileBytes = 1 << 28;
    private const long MostPixels = 1 << 26;

    private static readonly SixLabors.ImageSharp.Configuration Formats = new(
        new PngConfigurationModule(),
        new JpegConfigurationModule(),
        new GifConfigurationModule(),
        new BmpConfigurationModule(),
        new TiffConfigurationModule(),
        new WebpConfigurationModule())
    {
        MaxDegreeOfParallelism = 1,
    };

    /// <exception cref="DataFormatException">No image of these formats, too large a one, or a damaged one.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RasterImage Read(string path)
    {
        long length = new FileInfo(path).Length;
        return length <= MostFileBytes
            ? Decode(File.ReadAllBytes(path), path)
            : throw new DataFormatException(path, "length", $"{length} bytes; allowed: up to {MostFileBytes}.");
    }

    /// <summary>Whether a file begins like an image of these formats.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool IsImage(string path)
    {
        Span<byte> head = stackalloc byte[64];
        using var stream = File.OpenRead(path);
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return Image.DetectFormat(Formats, head[..read]) is not null;
    }

    /// <param name="name">Names the image in errors.</param>
    /// <inheritdoc cref="Read"/>
    public static RasterImage Decode(byte[] file, string name)
    {
        var format = Image.DetectFormat(Formats, file)
            ?? throw new DataFormatException(name, "format", "not an image; allowed: PNG, JPEG, GIF, BMP, TIFF, WebP.");
        CheckStructure(format, file, name);
        var info = Guarded(name, () => Image.Identify(Formats, file, out _))
            ?? throw new DataFormatException(name, "header", "damaged or ends too early.");
        CheckSize(info.Width, info.Height, name);
        if (format is JpegFormat) return JpegScan.Decode(file, name, bytes => Pixels(bytes, name));
        return Pixels(file, name);
    }

    private static void CheckSize(int width, int height, string name)
    {
        const int most = RasterImage.MostPixelsPerSide;
        if (width is < 1 or > most) throw new DataFormatException(name, "width", $"{width}; allowed: 1 to {most}.");
        if (height is < 1 or > most) throw new DataFormatException(name, "height", $"{height}; allowed: 1 to {most}.");
        if ((long)width * height > MostPixels)
            throw new DataFormatException(name, "pixels", $"{width}x{height}; allowed: up to {MostPixels} pixels.");
    }

    // ImageSharp takes a file for whole whose end is missing, and leaves the rest of the image black.
    private static void CheckStructure(IImageFormat format, byte[] file, string name)
    {
        switch (format)
        {
            case PngFormat: PngStructure.Check(file, name); break;
            case GifFormat: GifStructure.Check(file, name); break;
            case BmpFormat: BmpStructure.Check(file, name); break;
            case TiffFormat: TiffStructure.Check(file, name); break;
            case WebpFormat: WebpStructure.Check(file, name); break;
        }
    }

    private static RasterImage Pixels(byte[] file, string name)
    {
        using var image = Guarded(name, () => Image.Load<Rgba32>(Formats, file));
        // A TIFF file has it in the page's directory.
        image.Metadata.ExifProfile ??= image.Frames.RootFrame.Metadata.ExifProfile;
        image.Mutate(context => context.AutoOrient());
        byte[] colours = new byte[(long)image.Width * image.Height * 3];
        bool grey = true;
        int at = 0;
        image.ProcessPixelRows(rows =>
        {
            for (int y = 0; y < rows.Height; y++)
            {
                foreach (var p in rows.GetRowSpan(y))
                {
                    var (r, g, b) = (OverBlack(p.R, p.A), OverBlack(p.G, p.A), OverBlack(p.B, p.A));
                    grey &= r == g && g == b;
                    (colours[at], colours[at + 1], colours[at + 2]) = (r, g, b);
                    at += 3;
                }
            }
        });
        if (!grey) return new RasterImage(image.Width, image.Height, 3, colours);
        byte[] levels = new byte[colours.Length / 3];
        for (int i = 0; i < levels.Length; i++) levels[i] = colours[i * 3];
        return new RasterImage(image.Width, image.Height, 1, levels);
    }

    private static byte OverBlack(byte value, byte alpha) => (byte)(((value * alpha) + 127) / 255);

    // What a decoder makes of bad bytes is any exception at all, an index out of range as well as its own.
    private static T Guarded<T>(string name, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new DataFormatException(name, "image", $"damaged, or of a kind that is not read: {e.Message}", e);
        }
    }
}
