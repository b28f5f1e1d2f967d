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
    /// <param name="networks">Of every seed, what is compared: packed bits per image, bit i of byte i / 8, lowest first, and
    /// the sign that they count with; a difference of two differences has four a seed.</param>
    /// <param name="images">Images; the bits behind the last one are not looked at.</param>
    /// <returns>Null where bits are of another length, or fewer than two images.</returns>
    public static ImageDifference? Of(IReadOnlyList<(byte[] Bits, int Sign)> networks, int seeds, int images)
    {
        int bytes = (images + 7) / 8;
        if (seeds == 0 || images < 2 || networks.Any(n => n.Bits.Length != bytes)) return null;
        long sum = 0, squares = 0;
        int[] net = new int[images];
        foreach (var (bits, sign) in networks)
            for (int i = 0; i < images; i++) net[i] += sign * ((bits[i >> 3] >> (i & 7)) & 1);
        foreach (int value in net) (sum, squares) = (sum + value, squares + ((long)value * value));
        double mean = (double)sum / images, variance = (squares - (sum * mean)) / (images - 1.0);
        return new ImageDifference(mean / seeds, Math.Sqrt(variance / images) / seeds, images);
    }
}
