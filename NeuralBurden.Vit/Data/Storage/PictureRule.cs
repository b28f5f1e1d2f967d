using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Imaging;

namespace NeuralBurden.Vit.Data.Storage;

/// <summary>What becomes of a picture on its way into a set.</summary>
/// <param name="Size">Side of the square that it is resized and cropped to; null leaves it as it is.</param>
/// <param name="Grey">Whether colours become grey, by the luma of BT.601.</param>
internal sealed record PictureRule(int? Size, bool Grey)
{
    /// <exception cref="DataFormatException">No picture, or a damaged one; names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public RasterImage Read(string path)
    {
        var image = ImageReader.Read(path);
        if (Grey && image.Channels == 3) image = ToGrey(image);
        return Size is { } size ? ImageResizer.ToSquare(image, size) : image;
    }

    /// <summary>[H, W, c] to [C, H, W]; a grey image shows in every channel.</summary>
    public static void ToPlanes(RasterImage image, int channels, Span<byte> planes)
    {
        int count = image.Width * image.Height;
        for (int c = 0; c < channels; c++)
        {
            int from = image.Channels == 1 ? 0 : c;
            for (int i = 0; i < count; i++) planes[(c * count) + i] = image.Pixels[(i * image.Channels) + from];
        }
    }

    private static RasterImage ToGrey(RasterImage image)
    {
        byte[] pixels = new byte[image.Width * image.Height];
        for (int i = 0; i < pixels.Length; i++)
        {
            ReadOnlySpan<byte> p = image.Pixels.AsSpan(i * 3, 3);
            pixels[i] = (byte)(((299 * p[0]) + (587 * p[1]) + (114 * p[2]) + 500) / 1000);
        }

        return new RasterImage(image.Width, image.Height, 1, pixels);
    }
}
