namespace NeuralBurden.Vit.Imaging;

/// <summary>What reader and writer share (PNG, third edition; ISO/IEC 15948).</summary>
internal static class PngFormat
{
    public const int HeaderBytes = 13;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>
    /// Predictor of filter type 4: the neighbour nearest to left + above - corner, in this order on ties.
    /// </summary>
    public static byte Paeth(byte left, byte above, byte corner)
    {
        int estimate = left + above - corner;
        int toLeft = Math.Abs(estimate - left), toAbove = Math.Abs(estimate - above);
        int toCorner = Math.Abs(estimate - corner);
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }

    /// <summary>Predicted value of one byte; bytes outside of the image count as 0.</summary>
    public static byte Predict(int filter, byte left, byte above, byte corner) => filter switch
    {
        0 => 0,
        1 => left,
        2 => above,
        3 => (byte)((left + above) / 2),
        _ => Paeth(left, above, corner),
    };
}
