namespace NeuralBurden.Vit.Data.Storage;

/// <summary>
/// Mean and deviation per channel of p / 255 over images. Sums of bytes and of their squares are exact in 64-bit integers,
/// so that the result depends on no order of summation.
/// </summary>
internal sealed class ChannelStatistics(int channels)
{
    private readonly long[] _sums = new long[channels];
    private readonly long[] _squares = new long[channels];
    private long _pixels;

    public float[] Mean => [.. _sums.Select(sum => (float)(sum / (double)_pixels / 255))];

    /// <summary>1 for a channel that never varies.</summary>
    public float[] Std => [.. _sums.Zip(_squares, (sum, squares) => Deviation(sum, squares, _pixels))];

    /// <param name="image">[C, H, W].</param>
    public void Add(ReadOnlySpan<byte> image)
    {
        int plane = image.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            long sum = 0, squares = 0;
            foreach (byte p in image.Slice(c * plane, plane))
            {
                sum += p;
                squares += p * p;
            }

            _sums[c] += sum;
            _squares[c] += squares;
        }

        _pixels += plane;
    }

    private static float Deviation(long sum, long squares, double n)
    {
        double average = sum / n, variance = squares / n - average * average;
        return variance > 0 ? (float)(Math.Sqrt(variance) / 255) : 1;
    }
}
