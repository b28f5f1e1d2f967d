namespace NeuralBurden.Vit.Formats.TensorBoard;

/// <summary>
/// Counts in equal-width buckets over [min, max] with the moments that TensorBoard's HistogramProto carries.
/// Values that are not finite belong to no bucket and are left out; the caller sees them by comparing
/// <see cref="Count"/>.
/// </summary>
internal sealed class HistogramBuckets(int buckets)
{
    private readonly double[] _limits = new double[buckets];
    private readonly double[] _counts = new double[buckets];

    public double Min { get; private set; }

    public double Max { get; private set; }

    public long Count { get; private set; }

    public double Sum { get; private set; }

    public double SumOfSquares { get; private set; }

    /// <summary>Upper edges: bucket i is (Limits[i-1], Limits[i]], and the first one starts at Min.</summary>
    public ReadOnlySpan<double> Limits => _limits;

    public ReadOnlySpan<double> Counts => _counts;

    public void Fill(ReadOnlySpan<float> values)
    {
        Measure(values);
        double width = (Max - Min) / buckets;
        for (int i = 0; i < buckets; i++)
            _limits[i] = Min + (i + 1) * width;
        _limits[^1] = Max;
        Array.Clear(_counts);
        foreach (float value in values)
        {
            if (float.IsFinite(value))
                _counts[Bucket(value, width)]++;
        }
    }

    private int Bucket(float value, double width) =>
        width > 0 ? Math.Clamp((int)Math.Ceiling((value - Min) / width) - 1, 0, buckets - 1) : 0;

    private void Measure(ReadOnlySpan<float> values)
    {
        (Min, Max, Count, Sum, SumOfSquares) = (double.PositiveInfinity, double.NegativeInfinity, 0, 0, 0);
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                continue;
            Min = Math.Min(Min, value);
            Max = Math.Max(Max, value);
            Count++;
            Sum += value;
            SumOfSquares += (double)value * value;
        }
        if (Count == 0)
            (Min, Max) = (0, 0);
    }
}
