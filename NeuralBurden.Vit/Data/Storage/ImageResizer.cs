using NeuralBurden.Vit.Imaging;

namespace NeuralBurden.Vit.Data.Storage;

/// <summary>
/// Scales an image so that it just covers the wanted extents, then crops the middle. The filter is a triangle whose support
/// grows with the reduction, as in Pillow's <c>BILINEAR</c>: bilinear where an image grows, antialiased where it shrinks.
/// Rows are filtered first; values are rounded once after each direction.
/// </summary>
internal static class ImageResizer
{
    public const string Filter = "triangle filter with antialiasing, shorter side to size, middle cropped";

    public static RasterImage ToSquare(RasterImage image, int size) => ToFit(image, size, size);

    public static RasterImage ToFit(RasterImage image, int width, int height)
    {
        if (image.Width == width && image.Height == height) return image;
        double scale = Math.Min((double)image.Width / width, (double)image.Height / height);
        int wide = Math.Max(width, (int)Math.Round(image.Width / scale));
        int high = Math.Max(height, (int)Math.Round(image.Height / scale));
        int left = (wide - width) / 2, top = (high - height) / 2, channels = image.Channels;
        var columns = Weights(image.Width, wide, left, width);
        var rows = Weights(image.Height, high, top, height);
        byte[] narrow = new byte[image.Height * width * channels];
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                var (first, weights) = columns[x];
                for (int c = 0; c < channels; c++)
                {
                    double sum = 0;
                    for (int k = 0; k < weights.Length; k++)
                        sum += weights[k] * image.Pixels[(((y * image.Width) + first + k) * channels) + c];
                    narrow[(((y * width) + x) * channels) + c] = Round(sum);
                }
            }
        }

        byte[] pixels = new byte[height * width * channels];
        int stride = width * channels;
        for (int y = 0; y < height; y++)
        {
            var (first, weights) = rows[y];
            for (int i = 0; i < stride; i++)
            {
                double sum = 0;
                for (int k = 0; k < weights.Length; k++) sum += weights[k] * narrow[((first + k) * stride) + i];
                pixels[(y * stride) + i] = Round(sum);
            }
        }

        return new RasterImage(width, height, channels, pixels);
    }

    // For each of count outputs from offset on: the first input and the weights of it and those after it.
    private static (int First, double[] Weights)[] Weights(int inputs, int outputs, int offset, int count)
    {
        double scale = (double)inputs / outputs, support = Math.Max(scale, 1);
        var all = new (int, double[])[count];
        for (int i = 0; i < count; i++)
        {
            double center = (offset + i + 0.5) * scale;
            int first = Math.Max(0, (int)(center - support + 0.5));
            int end = Math.Min(inputs, (int)(center + support + 0.5));
            double[] weights = new double[end - first];
            for (int k = 0; k < weights.Length; k++)
                weights[k] = Math.Max(0, 1 - Math.Abs((first + k + 0.5 - center) / support));
            double sum = weights.Sum();
            for (int k = 0; k < weights.Length; k++) weights[k] /= sum;
            all[i] = (first, weights);
        }

        return all;
    }

    private static byte Round(double value) => (byte)Math.Clamp(Math.Floor(value + 0.5), 0, 255);
}
