using NeuralBurden.Vit.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace NeuralBurden.Vit.Data.Import;

/// <summary>Reads image files: PNG of 8 bits by the built-in reader; other formats, and other PNGs, by ImageSharp.</summary>
internal static class ImageDecoder
{
    /// <exception cref="ImageFolderException">The file is no image; names it.</exception>
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
}
