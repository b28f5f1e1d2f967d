namespace NeuralBurden.Vit.Data.Augmentation;

/// <summary>
/// RandAugment (arXiv 1909.13719) on 8-bit images: a number of operations, each drawn from the thirteen of
/// <see cref="RandAugmentOperation"/> with equal chance, all of one magnitude m = M / 10 and of random sign. What a
/// geometric operation uncovers is black, as in <c>augment.crop_padding</c>. Allocates nothing after construction; for
/// one thread.
/// </summary>
internal sealed class RandAugment(int operations, double magnitude, int channels, int height, int width)
{
    private static readonly RandAugmentOperation[] All = Enum.GetValues<RandAugmentOperation>();

    private readonly double _m = magnitude / 10;
    private readonly byte[] _copy = new byte[channels * height * width];
    private readonly byte[] _table = new byte[256];
    private readonly int[] _histogram = new int[256];

    public bool IsOn => operations > 0;

    /// <param name="image">[C, H, W].</param>
    public void Apply(ref AugmentRandom random, Span<byte> image)
    {
        for (int i = 0; i < operations; i++)
            Apply(All[random.Below(All.Length)], random.Chance(0.5) ? -_m : _m, image);
    }

    /// <param name="operation">The operation.</param>
    /// <param name="m">Magnitude in [-1, 1]; operations without a direction take its size.</param>
    /// <param name="image">[C, H, W].</param>
    internal void Apply(RandAugmentOperation operation, double m, Span<byte> image)
    {
        double size = Math.Abs(m);
        switch (operation)
        {
            case RandAugmentOperation.Identity:
                break;
            case RandAugmentOperation.Rotate:
                double angle = m * Math.PI / 6;
                Warp(image, Math.Cos(angle), -Math.Sin(angle), Math.Sin(angle), Math.Cos(angle), 0, 0);
                break;
            case RandAugmentOperation.ShearX:
                Warp(image, 1, 0.3 * m, 0, 1, 0, 0);
                break;
            case RandAugmentOperation.ShearY:
                Warp(image, 1, 0, 0.3 * m, 1, 0, 0);
                break;
            case RandAugmentOperation.TranslateX:
                Warp(image, 1, 0, 0, 1, Math.Round(0.3 * m * width), 0);
                break;
            case RandAugmentOperation.TranslateY:
                Warp(image, 1, 0, 0, 1, 0, Math.Round(0.3 * m * height));
                break;
            case RandAugmentOperation.Brightness:
                Blend(0, image, 1 + (0.9 * m));
                break;
            case RandAugmentOperation.Contrast:
                Blend(MeanOf(image), image, 1 + (0.9 * m));
                break;
            case RandAugmentOperation.Sharpness:
                Sharpen(image, 1 + (0.9 * m));
                break;
            case RandAugmentOperation.Posterize:
                int bits = 8 - (int)Math.Round(4 * size);
                foreach (ref byte p in image) p &= (byte)(0xFF << (8 - bits));
                break;
            case RandAugmentOperation.Solarize:
                double threshold = 256 - (256 * size);
                foreach (ref byte p in image) p = p >= threshold ? (byte)(255 - p) : p;
                break;
            case RandAugmentOperation.AutoContrast:
                for (int c = 0; c < channels; c++) AutoContrast(Plane(image, c));
                break;
            default:
                for (int c = 0; c < channels; c++) Equalize(Plane(image, c));
                break;
        }
    }

    private Span<byte> Plane(Span<byte> image, int channel) => image.Slice(channel * height * width, height * width);

    /// <summary>
    /// Output pixel (x, y) shows input (a x + b y + dx, c x + d y + dy), both from the image's centre, between four
    /// pixels linearly.
    /// </summary>
    private void Warp(Span<byte> image, double a, double b, double c, double d, double dx, double dy)
    {
        image.CopyTo(_copy);
        double centerX = (width - 1) / 2.0, centerY = (height - 1) / 2.0;
        for (int channel = 0; channel < channels; channel++)
        {
            Span<byte> source = Plane(_copy, channel), target = Plane(image, channel);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    double u = x - centerX, v = y - centerY;
                    double fromX = (a * u) + (b * v) + dx + centerX, fromY = (c * u) + (d * v) + dy + centerY;
                    target[(y * width) + x] = Sample(source, fromX, fromY);
                }
            }
        }
    }

    private byte Sample(ReadOnlySpan<byte> plane, double x, double y)
    {
        int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
        double right = x - left, below = y - top;
        double value = ((1 - below) * (((1 - right) * At(plane, left, top)) + (right * At(plane, left + 1, top))))
            + (below * (((1 - right) * At(plane, left, top + 1)) + (right * At(plane, left + 1, top + 1))));
        return (byte)(value + 0.5);
    }

    private byte At(ReadOnlySpan<byte> plane, int x, int y) =>
        (uint)x < (uint)width && (uint)y < (uint)height ? plane[(y * width) + x] : (byte)0;

    private static void Blend(double from, Span<byte> image, double factor)
    {
        foreach (ref byte p in image) p = Clamp(from + (factor * (p - from)));
    }

    private static double MeanOf(ReadOnlySpan<byte> image)
    {
        long sum = 0;
        foreach (byte p in image) sum += p;
        return Math.Round(sum / (double)image.Length);
    }

    // Away from, or towards, the image smoothed by ((1 1 1) (1 5 1) (1 1 1)) / 13; the border stays, as in Pillow.
    private void Sharpen(Span<byte> image, double factor)
    {
        image.CopyTo(_copy);
        for (int channel = 0; channel < channels; channel++)
        {
            Span<byte> source = Plane(_copy, channel), target = Plane(image, channel);
            for (int y = 1; y < height - 1; y++)
            {
                for (int x = 1; x < width - 1; x++)
                {
                    int at = (y * width) + x, sum = 4 * source[at];
                    for (int row = at - width; row <= at + width; row += width)
                        sum += source[row - 1] + source[row] + source[row + 1];
                    double smooth = Math.Round(sum / 13.0);
                    target[at] = Clamp(smooth + (factor * (source[at] - smooth)));
                }
            }
        }
    }

    private static void AutoContrast(Span<byte> plane)
    {
        int low = 255, high = 0;
        foreach (byte p in plane) (low, high) = (Math.Min(low, p), Math.Max(high, p));
        if (high <= low) return;
        foreach (ref byte p in plane) p = Clamp((p - low) * 255.0 / (high - low));
    }

    // Pillow's rule: value v becomes (half a step + the number of pixels below v) / step.
    private void Equalize(Span<byte> plane)
    {
        _histogram.AsSpan().Clear();
        int last = 0;
        foreach (byte p in plane)
        {
            _histogram[p]++;
            last = Math.Max(last, p);
        }

        int step = (plane.Length - _histogram[last]) / 255;
        if (step == 0) return;
        int below = step / 2;
        for (int v = 0; v < 256; v++)
        {
            _table[v] = (byte)Math.Min(255, below / step);
            below += _histogram[v];
        }

        foreach (ref byte p in plane) p = _table[p];
    }

    private static byte Clamp(double value) => (byte)Math.Clamp(Math.Floor(value + 0.5), 0, 255);
}
