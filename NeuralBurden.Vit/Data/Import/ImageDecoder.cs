using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Imaging;

namespace NeuralBurden.Vit.Data.Import;

/// <summary>Reads the image files of a folder.</summary>
internal static class ImageDecoder
{
    /// <exception cref="ImageFolderException">The file is no image, or a damaged one; names it.</exception>
    public static RasterImage Read(string path)
    {
        try
        {
            return ImageReader.Read(path);
        }
        catch (DataFormatException e)
        {
            throw new ImageFolderException(e.Message, e);
        }
    }
}
