namespace NeuralBurden.Vit.Formats.TensorBoard;

/// <summary>
/// Counts in equal-width buckets over [min, max] with the moments that TensorBoard's HistogramProto carries; the first bucket
/// starts at min. Values that are not finite belong to no bucket and are left out; a reader sees them by the number.
/// </summary>
internal static class HistogramBuckets
{
    public static HistogramProto Of(ReadOnlySpan<float> values, int buckets)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity, sum = 0, squares = 0;
        long number = 0;
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) continue;
            (min, max, number) = (Math.Min(min, value), Math.Max(max, value), number + 1);
            sum += value;
            squares += (double)value * value;
        }

        if (number == 0) (min, max) = (0, 0);
        double width = (max - min) / buckets;
        double[] counts = new double[buckets];
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) continue;
            counts[width > 0 ? Math.Clamp((int)Math.Ceiling((value - min) / width) - 1, 0, buckets - 1) : 0]++;
        }

        var histogram = new HistogramProto { Min = min, Max = max, Num = number, Sum = sum, SumSquares = squares };
        for (int i = 1; i < buckets; i++) histogram.BucketLimit.Add(min + (i * width));
        histogram.BucketLimit.Add(max);
        histogram.Bucket.Add(counts);
        return histogram;
    }
}
