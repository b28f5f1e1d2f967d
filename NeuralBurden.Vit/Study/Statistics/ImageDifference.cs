namespace NeuralBurden.Vit.Study.Statistics;

/// <summary>
/// A difference of two accuracies paired over images: the same test images, right or wrong under either network, averaged
/// over seeds first. Its error says how far other test images would move the difference; the error over seeds says how far
/// other seeds would, and knows nothing of the images, which all seeds share.
/// </summary>
/// <param name="Mean">Mean over images of (share of seeds right) less that of the other.</param>
/// <param name="StandardError">Standard deviation over images over sqrt(images).</param>
public readonly record struct ImageDifference(double Mean, double StandardError, int Images)
{
    /// <param name="pairs">Packed bits per image of a run and of the other, one pair a seed; bit i of byte i / 8, lowest
    /// first.</param>
    /// <param name="images">Images; the bits behind the last one are not looked at.</param>
    public static ImageDifference? Of(IReadOnlyList<(byte[] Run, byte[] Other)> pairs, int images)
    {
        if (pairs.Count == 0 || images < 2) return null;
        int bytes = (images + 7) / 8;
        if (pairs.Any(p => p.Run.Length != bytes || p.Other.Length != bytes)) return null;
        long sum = 0, squares = 0;
        int[] net = new int[images];
        foreach (var (run, other) in pairs)
            for (int i = 0; i < images; i++) net[i] += Bit(run, i) - Bit(other, i);
        foreach (int value in net) (sum, squares) = (sum + value, squares + ((long)value * value));
        double mean = (double)sum / images, variance = (squares - (sum * mean)) / (images - 1.0);
        return new ImageDifference(mean / pairs.Count, Math.Sqrt(variance / images) / pairs.Count, images);
    }

    private static int Bit(byte[] bits, int i) => (bits[i >> 3] >> (i & 7)) & 1;
}
