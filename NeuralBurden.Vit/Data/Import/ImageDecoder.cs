using NeuralBurden.Vit.Imaging;
#if WITH_IMAGESHARP
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
#endif

namespace NeuralBurden.Vit.Data.Import;

/// <summary>
/// Reads image files: PNG of 8 bits by the built-in reader; other formats, and other PNGs, by ImageSharp in builds that
/// have it.
/// </summary>
internal static class ImageDecoder
{
    /// <exception cref="ImageFolderException">The file is no image that this build reads; names it.</exception>
    public static PngImage Read(string path)
    {
        try
        {
            return PngReader.Read(path);
        }
        catch (DataFormatException e)
        {
            return ReadOther(path, e);
        }
    }

#if WITH_IMAGESHARP
    private static PngImage ReadOther(string path, DataFormatException notPng)
    {
        try
        {
            using var image = Image.Load<Rgb24>(path);
            var pixels = new byte[image.Width * image.Height * 3];
            image.CopyPixelDataTo(pixels);
            return new PngImage(image.Width, image.Height, 3, pixels);
        }
        catch (Exception e) when (e is ImageFormatException or NotSupportedException or ArgumentException)
        {
            throw new ImageFolderException($"{notPng.Message} Nor is it another image: {e.Message}", e);
        }
    }
#else
    private static PngImage ReadOther(string path, DataFormatException notPng) => throw new ImageFolderException(
        $"{notPng.Message} This build reads PNG files of 8-bit grey, RGB or RGBA only: convert {Path.GetFileName(path)}, "
        + "or build with the package SixLabors.ImageSharp.",
        notPng);
#endif
}
