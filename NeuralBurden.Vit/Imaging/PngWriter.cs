using NeuralBurden.Vit.Files;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace NeuralBurden.Vit.Imaging;

/// <summary>Writes PNG images of 8 bits: grey, RGB or RGBA.</summary>
public static class PngWriter
{
    /// <summary>Replaces the file in one step, so that no half-written one is ever seen.</summary>
    public static void Write(string path, RasterImage image) => AtomicFile.WriteAllBytes(path, Encode(image));

    public static byte[] Encode(RasterImage image) => image.Channels switch
    {
        1 => Encode<L8>(image, PngColorType.Grayscale),
        3 => Encode<Rgb24>(image, PngColorType.Rgb),
        _ => Encode<Rgba32>(image, PngColorType.RgbWithAlpha),
    };

    private static byte[] Encode<TPixel>(RasterImage image, PngColorType type)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var encoder = new PngEncoder
        {
            BitDepth = PngBitDepth.Bit8,
            ColorType = type,
            CompressionLevel = PngCompressionLevel.BestCompression,
            FilterMethod = PngFilterMethod.Adaptive,
        };
        using var pixels = Image.LoadPixelData<TPixel>(image.Pixels, image.Width, image.Height);
        using var file = new MemoryStream();
        pixels.Save(file, encoder);
        return file.ToArray();
    }
}
