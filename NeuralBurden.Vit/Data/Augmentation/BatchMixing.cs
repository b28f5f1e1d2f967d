using NeuralBurden.Compute.Rng;

namespace NeuralBurden.Vit.Data.Augmentation;

/// <summary>
/// Mixup (arXiv 1710.09412) and CutMix (arXiv 1905.04899) on 8-bit images. Image i of a batch of B is mixed with image
/// B - 1 - i; both of a pair take the same share a of their own, drawn from Beta(alpha, alpha) for every pair (timm's
/// mode "pair"); the middle image of an odd batch stays as it is. Mixup: a x + (1 - a) x', rounded, with a rounded to
/// 1/256. CutMix: a box of the share 1 - a of the area at a random place, cut at the border, is exchanged, and a becomes
/// the share that is left. With both, each pair takes one or the other by chance.
/// </summary>
/// <param name="mixup">alpha of mixup; 0 = off.</param>
/// <param name="cutmix">alpha of CutMix; 0 = off.</param>
internal sealed class BatchMixing(double mixup, double cutmix, ulong seed)
{
    private const int Unity = 256;

    public bool IsOn => mixup > 0 || cutmix > 0;

    /// <param name="step">Of training, from 0.</param>
    /// <param name="pixels">[B, C, H, W], mixed in place.</param>
    /// <param name="shares">[B], what of an image's target is its own class; the rest is its partner's.</param>
    public void Mix(uint step, Span<byte> pixels, int channels, int height, int width, Span<float> shares)
    {
        int b = shares.Length, size = channels * height * width;
        shares.Fill(1);
        for (int i = 0; i < b / 2; i++)
        {
            int partner = b - 1 - i;
            Span<byte> x = pixels.Slice(i * size, size), y = pixels.Slice(partner * size, size);
            var random = new AugmentRandom(seed, RandomStream.Mixing, step, i);
            bool cuts = cutmix > 0 && (mixup <= 0 || random.Chance(0.5));
            double share = random.Beta(cuts ? cutmix : mixup);
            float kept = cuts ? Cut(ref random, share, x, y, channels, height, width) : Blend(share, x, y);
            (shares[i], shares[partner]) = (kept, kept);
        }
    }

    private static float Blend(double share, Span<byte> x, Span<byte> y)
    {
        int own = (int)Math.Round(share * Unity), other = Unity - own;
        for (int i = 0; i < x.Length; i++)
        {
            int a = x[i], b = y[i];
            x[i] = (byte)(((a * own) + (b * other) + (Unity / 2)) / Unity);
            y[i] = (byte)(((b * own) + (a * other) + (Unity / 2)) / Unity);
        }

        return own / (float)Unity;
    }

    private static float Cut(
        ref AugmentRandom random, double share, Span<byte> x, Span<byte> y, int channels, int height, int width)
    {
        double side = Math.Sqrt(1 - share);
        int h = (int)(height * side), w = (int)(width * side);
        int centerY = random.Below(height), centerX = random.Below(width);
        int top = Math.Max(0, centerY - (h / 2)), bottom = Math.Min(height, centerY - (h / 2) + h);
        int left = Math.Max(0, centerX - (w / 2)), right = Math.Min(width, centerX - (w / 2) + w);
        if (bottom <= top || right <= left) return 1;
        for (int row = 0; row < channels * height; row++)
        {
            if (row % height < top || row % height >= bottom) continue;
            for (int at = (row * width) + left; at < (row * width) + right; at++) (x[at], y[at]) = (y[at], x[at]);
        }

        return 1 - ((bottom - top) * (right - left) / (float)(height * width));
    }
}
