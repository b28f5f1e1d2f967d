using NeuralBurden.Vit.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace NeuralBurden.Tests.Imaging;

/// <summary>One picture in every form that ImageSharp writes; the key says format, colour type and packing.</summary>
internal static class ImageFiles
{
    public const int Width = 37, Height = 29;

    /// <summary>Forms by name; lossy ones, and those with a palette that may be rounded, end in "~".</summary>
    public static IReadOnlyDictionary<string, byte[]> All { get; } = Create();

    /// <summary>[H, W, RGB] of a grey or RGB image.</summary>
    public static byte[] Colours(RasterImage image) =>
        image.Channels == 3 ? image.Pixels : [.. image.Pixels.SelectMany(level => new[] { level, level, level })];

    /// <summary>What a form is to be read as, before losses: channels and [H, W, C].</summary>
    public static (int Channels, byte[] Pixels) Expected(string form)
    {
        bool grey = form.Contains("grey", StringComparison.Ordinal), clear = form.Contains("alpha", StringComparison.Ordinal);
        bool black = form.Contains("1bit", StringComparison.Ordinal);
        var pixels = new List<byte>();
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                var p = Colour(x, y, grey, black);
                bool hidden = clear && x < Width / 2;
                if (grey) pixels.Add(hidden ? (byte)0 : p.R);
                else pixels.AddRange(hidden ? [0, 0, 0] : [p.R, p.G, p.B]);
            }
        }

        return (grey ? 1 : 3, [.. pixels]);
    }

    public static byte[] Save(Image image, IImageEncoder encoder)
    {
        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }

    public static Image<Rgba32> Picture(bool grey, bool clear, bool black = false, Rgba32? hidden = null)
    {
        var image = new Image<Rgba32>(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                var p = Colour(x, y, grey, black);
                bool isHidden = clear && x < Width / 2;
                p.A = isHidden ? (byte)0 : (byte)255;
                image[x, y] = isHidden ? hidden ?? p : p;
            }
        }

        return image;
    }

    // 16 levels of grey, or 4 x 4 x 4 colours, in a pattern without regularity: palettes hold them, rows differ.
    private static Rgba32 Colour(int x, int y, bool grey, bool black)
    {
        int n = ((x * 7) + (y * 13) + (x * y * 3)) & 63;
        if (black) return n % 2 == 0 ? new Rgba32(0, 0, 0) : new Rgba32(255, 255, 255);
        byte level = (byte)(17 * (n >> 2));
        return grey
            ? new Rgba32(level, level, level)
            : new Rgba32((byte)(85 * (n >> 4)), (byte)(85 * ((n >> 2) & 3)), (byte)(85 * (n & 3)));
    }

    private static Dictionary<string, byte[]> Create()
    {
        var files = new Dictionary<string, byte[]>();
        void Add(string form, IImageEncoder encoder)
        {
            using var image = Picture(
                form.Contains("grey", StringComparison.Ordinal),
                form.Contains("alpha", StringComparison.Ordinal),
                form.Contains("1bit", StringComparison.Ordinal),
                // A GIF file has one transparent colour.
                form.StartsWith("gif", StringComparison.Ordinal) ? default(Rgba32) : null);
            files.Add(form, Save(image, encoder));
        }

        foreach (var interlace in (PngInterlaceMode[])[PngInterlaceMode.None, PngInterlaceMode.Adam7])
        {
            void Png(string colours, PngColorType type, PngBitDepth depth) =>
                Add(
                    $"png {colours} {interlace}",
                    new PngEncoder { ColorType = type, BitDepth = depth, InterlaceMethod = interlace });
            Png("grey 1bit", PngColorType.Grayscale, PngBitDepth.Bit1);
            Png("grey 4", PngColorType.Grayscale, PngBitDepth.Bit4);
            Png("grey 8", PngColorType.Grayscale, PngBitDepth.Bit8);
            Png("grey 16", PngColorType.Grayscale, PngBitDepth.Bit16);
            Png("grey alpha 8", PngColorType.GrayscaleWithAlpha, PngBitDepth.Bit8);
            Png("grey alpha 16", PngColorType.GrayscaleWithAlpha, PngBitDepth.Bit16);
            Png("grey palette", PngColorType.Palette, PngBitDepth.Bit8);
            Png("grey palette alpha", PngColorType.Palette, PngBitDepth.Bit8);
            Png("palette", PngColorType.Palette, PngBitDepth.Bit8);
            Png("palette alpha", PngColorType.Palette, PngBitDepth.Bit8);
            Png("rgb 8", PngColorType.Rgb, PngBitDepth.Bit8);
            Png("rgb 16", PngColorType.Rgb, PngBitDepth.Bit16);
            Png("rgb alpha 8", PngColorType.RgbWithAlpha, PngBitDepth.Bit8);
            Png("rgb alpha 16", PngColorType.RgbWithAlpha, PngBitDepth.Bit16);
        }

        Add("gif grey", new GifEncoder());
        Add("gif colour", new GifEncoder());
        Add("gif grey alpha", new GifEncoder());
        Add("bmp grey 8", new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel8 });
        Add("bmp colour 24", new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel24 });
        Add("bmp colour alpha 32", new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel32, SupportTransparency = true });
        TiffCompression[] packings =
            [TiffCompression.None, TiffCompression.PackBits, TiffCompression.Lzw, TiffCompression.Deflate];
        foreach (var packing in packings)
        {
            void Tiff(string colours, TiffBitsPerPixel bits, TiffPhotometricInterpretation meaning) => Add(
                $"tiff {colours} {packing}",
                new TiffEncoder { BitsPerPixel = bits, PhotometricInterpretation = meaning, Compression = packing });
            Tiff("grey 8", TiffBitsPerPixel.Bit8, TiffPhotometricInterpretation.BlackIsZero);
            Tiff("rgb", TiffBitsPerPixel.Bit24, TiffPhotometricInterpretation.Rgb);
        }

        Add("webp grey", new WebpEncoder { FileFormat = WebpFileFormatType.Lossless });
        Add("webp colour", new WebpEncoder { FileFormat = WebpFileFormatType.Lossless });
        Add("webp colour alpha", new WebpEncoder { FileFormat = WebpFileFormatType.Lossless });
        Add("webp colour lossy~", new WebpEncoder { FileFormat = WebpFileFormatType.Lossy, Quality = 95 });
        Add("jpeg grey~", new JpegEncoder { ColorType = JpegColorType.Luminance, Quality = 98 });
        Add("jpeg colour 444~", new JpegEncoder { ColorType = JpegColorType.YCbCrRatio444, Quality = 98 });
        Add("jpeg colour 420~", new JpegEncoder { ColorType = JpegColorType.YCbCrRatio420, Quality = 98 });
        return files;
    }
}
