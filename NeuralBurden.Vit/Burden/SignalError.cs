namespace NeuralBurden.Vit.Burden;

/// <summary>
/// eps = E|s - s_hat|^2 / E|s - mean s|^2 with s the reference output of a block and s_hat its own, per token weighted
/// by size. The mean is over all images and tokens, per channel.
/// </summary>
internal sealed class SignalError(int channels)
{
    private readonly double[] _sum = new double[channels];
    private double _squares;
    private double _difference;
    private double _weight;

    /// <summary>0 / 0, a constant signal met exactly, counts as 0.</summary>
    public double Value
    {
        get
        {
            double spread = _squares;
            foreach (double sum in _sum) spread -= sum * sum / _weight;
            return _difference == 0 ? 0 : _difference / spread;
        }
    }

    /// <param name="reference">s, [rows, channels].</param>
    /// <param name="actual">s_hat, [rows, channels].</param>
    /// <param name="sizes">[rows], or empty for sizes of 1.</param>
    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual, ReadOnlySpan<float> sizes)
    {
        for (int row = 0; row < reference.Length / channels; row++)
        {
            double weight = sizes.IsEmpty ? 1 : sizes[row];
            _weight += weight;
            for (int j = 0; j < channels; j++)
            {
                double s = reference[(row * channels) + j], d = s - actual[(row * channels) + j];
                _sum[j] += weight * s;
                _squares += weight * s * s;
                _difference += weight * d * d;
            }
        }
    }
}
