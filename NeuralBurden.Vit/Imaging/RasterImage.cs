namespace NeuralBurden.Vit.Imaging;

/// <summary>
/// An 8-bit image: 1 channel (grey), 3 (RGB) or 4 (RGBA), pixels [H, W, C].
/// </summary>
public sealed class RasterImage
{
    public const int MostPixelsPerSide = 16384;

    /// <exception cref="ArgumentException">A size out of range, or pixels that do not fit it.</exception>
    public RasterImage(int width, int height, int channels, byte[] pixels)
    {
        if (width is < 1 or > MostPixelsPerSide || height is < 1 or > MostPixelsPerSide ||
            channels is not (1 or 3 or 4))
        {
            throw new ArgumentException($"An image of {width}x{height}x{channels}; allowed: sides of 1 to " +
                $"{MostPixelsPerSide} pixels and 1, 3 or 4 channels.");
        }

        if (pixels.Length != (long)width * height * channels)
        {
            throw new ArgumentException($"{pixels.Length} bytes for an image of {width}x{height}x{channels}.",
                nameof(pixels));
        }

        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    public int Width { get; }

    public int Height { get; }

    public int Channels { get; }

    /// <summary>[H, W, C].</summary>
    public byte[] Pixels { get; }
}
