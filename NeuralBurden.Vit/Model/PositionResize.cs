namespace NeuralBurden.Vit.Model;

/// <summary>
/// Resizes a grid of position embeddings by bicubic interpolation (cubic convolution with a = -0.75, borders repeated,
/// no antialiasing), output pixel i reading input (i + 1/2) old / new - 1/2: PyTorch's <c>interpolate(mode="bicubic",
/// align_corners=False, antialias=False)</c>. timm resizes with antialiasing, which is the same when the grid grows.
/// </summary>
internal static class PositionResize
{
    private const double A = -0.75;

    /// <param name="source">[height * width, channels], row by row.</param>
    /// <returns>[newHeight * newWidth, channels].</returns>
    public static float[] Bicubic(
        ReadOnlySpan<float> source, int height, int width, int newHeight, int newWidth, int channels)
    {
        // Rows first, then columns; both in double.
        double[] wide = new double[height * newWidth * channels];
        Span<int> taps = stackalloc int[4];
        Span<double> weights = stackalloc double[4];
        for (int x = 0; x < newWidth; x++)
        {
            Taps(x, width, newWidth, taps, weights);
            for (int y = 0; y < height; y++)
            {
                for (int c = 0; c < channels; c++)
                {
                    double sum = 0;
                    for (int k = 0; k < 4; k++) sum += weights[k] * source[(((y * width) + taps[k]) * channels) + c];
                    wide[(((y * newWidth) + x) * channels) + c] = sum;
                }
            }
        }

        float[] result = new float[newHeight * newWidth * channels];
        int row = newWidth * channels;
        for (int y = 0; y < newHeight; y++)
        {
            Taps(y, height, newHeight, taps, weights);
            for (int i = 0; i < row; i++)
            {
                double sum = 0;
                for (int k = 0; k < 4; k++) sum += weights[k] * wide[(taps[k] * row) + i];
                result[(y * row) + i] = (float)sum;
            }
        }

        return result;
    }

    private static void Taps(int output, int old, int @new, Span<int> taps, Span<double> weights)
    {
        double at = ((output + 0.5) * old / @new) - 0.5;
        int first = (int)Math.Floor(at);
        double t = at - first;
        for (int k = 0; k < 4; k++)
        {
            taps[k] = Math.Clamp(first - 1 + k, 0, old - 1);
            weights[k] = Kernel(Math.Abs(t + 1 - k));
        }
    }

    private static double Kernel(double x) => x <= 1
        ? (((((A + 2) * x) - (A + 3)) * x) * x) + 1
        : x < 2 ? (((((A * x) - (5 * A)) * x) + (8 * A)) * x) - (4 * A) : 0;
}
