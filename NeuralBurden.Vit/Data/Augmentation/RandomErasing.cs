namespace NeuralBurden.Vit.Data.Augmentation;

/// <summary>
/// Random erasing (arXiv 1708.04896) on 8-bit images: with the given probability a rectangle of 2 % to a third of the
/// area and an aspect ratio between 0.3 and 1/0.3 is filled with the mean pixel of the training set, rounded. As in the
/// paper a rectangle that does not fit is drawn anew; after ten attempts the image stays as it is.
/// </summary>
internal sealed class RandomErasing(double probability, ReadOnlyMemory<byte> fill)
{
    private const double SmallestArea = 0.02, LargestArea = 1.0 / 3, SmallestAspect = 0.3;
    private const int Attempts = 10;

    public bool IsOn => probability > 0;

    /// <param name="image">[C, H, W].</param>
    public void Apply(ref AugmentRandom random, Span<byte> image, int channels, int height, int width)
    {
        if (!random.Chance(probability)) return;
        double longest = -Math.Log(SmallestAspect);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double area = random.Range(SmallestArea, LargestArea) * height * width;
            double aspect = Math.Exp(random.Range(-longest, longest));
            int h = (int)Math.Round(Math.Sqrt(area * aspect)), w = (int)Math.Round(Math.Sqrt(area / aspect));
            if (h < 1 || w < 1 || h > height || w > width) continue;
            int top = random.Below(height - h + 1), left = random.Below(width - w + 1);
            for (int c = 0; c < channels; c++)
            {
                for (int y = top; y < top + h; y++)
                    image.Slice((((c * height) + y) * width) + left, w).Fill(fill.Span[c]);
            }

            return;
        }
    }
}
