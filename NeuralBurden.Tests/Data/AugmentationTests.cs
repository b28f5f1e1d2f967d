using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Compute.Rng;
using NeuralBurden.Vit.Data.Augmentation;
using Xunit;

namespace NeuralBurden.Tests.Data;

/// <summary>What augmentation may and may not do to 8-bit images.</summary>
public class AugmentationTests
{
    private const int Channels = 3, Height = 9, Width = 7, Size = Channels * Height * Width;

    [Property]
    public Property Mixup_conserves_the_sum_of_a_pair_and_shares_follow_the_pixels() =>
        Prop.ForAll(Steps(), Batches(), (step, b) =>
        {
            byte[] before = Pixels(b, (ulong)step), after = [.. before];
            float[] shares = new float[b];
            new BatchMixing(0.4, 0, 11).Mix((uint)step, after, Channels, Height, Width, shares);
            for (int i = 0; i < b; i++)
            {
                int partner = b - 1 - i;
                if (partner == i && shares[i] != 1) return false;
                for (int p = 0; p < Size; p++)
                {
                    int x = before[(i * Size) + p], y = before[(partner * Size) + p];
                    double expected = (shares[i] * x) + ((1 - shares[i]) * y);
                    if (Math.Abs(after[(i * Size) + p] - expected) > 0.5001) return false;
                }
            }

            return true;
        });

    [Property]
    public Property Cutmix_exchanges_one_box_and_the_share_is_the_area_that_is_left() =>
        Prop.ForAll(Steps(), Batches(), (step, b) =>
        {
            // Images of one value each show what came from where.
            byte[] pixels = [.. Enumerable.Range(0, b * Size).Select(i => (byte)(1 + (i / Size)))];
            float[] shares = new float[b];
            new BatchMixing(0, 1, 12).Mix((uint)step, pixels, Channels, Height, Width, shares);
            for (int i = 0; i < b; i++)
            {
                var image = pixels.AsSpan(i * Size, Size);
                int own = image.Count((byte)(i + 1)), other = b - 1 - i == i ? 0 : image.Count((byte)(b - i));
                if (own + other != Size || Math.Abs(shares[i] - (own / (double)Size)) > 1e-6) return false;
                if (!IsBox(image, (byte)(i + 1))) return false;
            }

            return true;
        });

    [Fact]
    public void Both_together_give_some_of_each()
    {
        float[] shares = new float[64];
        byte[] pixels = [.. Enumerable.Range(0, 64 * Size).Select(i => (byte)(i / Size < 32 ? 0 : 255))];
        new BatchMixing(1, 1, 13).Mix(0, pixels, Channels, Height, Width, shares);

        int mixed = Enumerable.Range(0, 32).Count(i => pixels.AsSpan(i * Size, Size).ContainsAnyExcept((byte)0, (byte)255));

        Assert.InRange(mixed, 6, 26);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(5)]
    public void Shares_have_the_mean_and_variance_of_the_beta_distribution(double alpha)
    {
        const int draws = 20_000;
        double sum = 0, squares = 0;
        for (int i = 0; i < draws; i++)
        {
            double x = new AugmentRandom(3, RandomStream.Mixing, 0, i).Beta(alpha);
            Assert.InRange(x, 0, 1);
            sum += x;
            squares += x * x;
        }

        double mean = sum / draws, variance = (squares / draws) - (mean * mean), expected = 1 / (4 * ((2 * alpha) + 1));
        Assert.Equal(0.5, mean, 5 * Math.Sqrt(expected / draws));
        Assert.Equal(expected, variance, 0.05 * expected);
    }

    [Fact]
    public void Erasing_fills_one_rectangle_of_the_mean_pixel_in_its_share_of_the_images()
    {
        byte[] mean = [200, 201, 202];
        var erasing = new RandomErasing(0.5, mean);
        int erased = 0;
        for (int i = 0; i < 400; i++)
        {
            byte[] image = new byte[Size];
            var random = new AugmentRandom(5, RandomStream.ImageAugmentation, 0, i);
            erasing.Apply(ref random, image, Channels, Height, Width);
            int filled = image.AsSpan(0, Height * Width).Count(mean[0]);
            Assert.Equal(filled, image.AsSpan(2 * Height * Width).Count(mean[2]));
            Assert.True(IsBox(image, 0));
            Assert.InRange(filled, 0, Height * Width / 2);
            erased += filled > 0 ? 1 : 0;
        }

        Assert.InRange(erased, 160, 240);
    }

    [Fact]
    public void Operations_of_no_magnitude_change_nothing()
    {
        byte[] image = Pixels(1, 6);
        RandAugmentOperation[] withoutStrength = [RandAugmentOperation.AutoContrast, RandAugmentOperation.Equalize];
        foreach (var operation in Enum.GetValues<RandAugmentOperation>().Except(withoutStrength))
            Assert.Equal(image, Applied(operation, 0, image));
    }

    [Fact]
    public void Every_other_operation_does_something_at_full_magnitude_both_ways()
    {
        byte[] image = Pixels(1, 7);
        image.AsSpan().Replace((byte)255, (byte)200);
        image.AsSpan().Replace((byte)0, (byte)9);
        // Equalize, as Pillow's, needs more pixels than there are values.
        RandAugmentOperation[] fixedOnes = [RandAugmentOperation.Identity, RandAugmentOperation.Equalize];
        foreach (var operation in Enum.GetValues<RandAugmentOperation>().Except(fixedOnes))
        {
            Assert.NotEqual(image, Applied(operation, 1, image));
            Assert.NotEqual(image, Applied(operation, -1, image));
        }
    }

    [Theory]
    [InlineData("TranslateX", 1, new byte[] { 3, 0, 0, 6, 0, 0, 9, 0, 0 })]
    [InlineData("TranslateY", -1, new byte[] { 0, 0, 0, 0, 0, 0, 1, 2, 3 })]
    [InlineData("Solarize", 1, new byte[] { 254, 253, 252, 251, 250, 249, 248, 247, 246 })]
    [InlineData("Posterize", 1, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("Brightness", -1, new byte[] { 0, 0, 0, 0, 0, 1, 1, 1, 1 })]
    [InlineData("AutoContrast", 0.3, new byte[] { 0, 32, 64, 96, 128, 159, 191, 223, 255 })]
    [InlineData("Contrast", 1, new byte[] { 0, 0, 1, 3, 5, 7, 9, 11, 13 })]
    public void Operations_do_what_they_say(string operation, double m, byte[] expected)
    {
        byte[] image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        double magnitude = operation.StartsWith("Translate", StringComparison.Ordinal) ? m * 2 / 0.9 : m;

        new RandAugment(1, 10, 1, 3, 3).Apply(Enum.Parse<RandAugmentOperation>(operation), magnitude, image);

        Assert.Equal(expected, image);
    }

    [Fact]
    public void A_quarter_turn_by_three_rotations_moves_a_corner_to_the_next()
    {
        byte[] square = new byte[25];
        square[(1 * 5) + 3] = 250;
        var turn = new RandAugment(1, 10, 1, 5, 5);
        for (int i = 0; i < 3; i++) turn.Apply(RandAugmentOperation.Rotate, 1, square);

        // Three times 30 degrees, blurred by interpolation: the brightest pixel is the turned one.
        int brightest = Array.IndexOf(square, square.Max());
        Assert.Contains(brightest, new[] { (1 * 5) + 1, (3 * 5) + 3 });
    }

    [Fact]
    public void Equalize_levels_a_histogram()
    {
        byte[] image = [.. Enumerable.Range(0, 1024).Select(i => (byte)(i < 512 ? 10 : 20 + (i / 128)))];
        new RandAugment(1, 10, 1, 32, 32).Apply(RandAugmentOperation.Equalize, 1, image);

        // A step is (1024 - 128) / 255 = 3 pixels; a value v becomes (1 + the pixels below v) / 3.
        Assert.Equal(new byte[] { 0, 171, 213, 255 }, image.Distinct());
        Assert.Equal(171, image[512]);
    }

    private static byte[] Applied(RandAugmentOperation operation, double m, byte[] image)
    {
        byte[] copy = [.. image];
        new RandAugment(1, 10, Channels, Height, Width).Apply(operation, m, copy);
        return copy;
    }

    private static byte[] Pixels(int images, ulong seed)
    {
        byte[] pixels = new byte[images * Size];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)Philox.Below(256, seed, 0, 0, (ulong)i);
        return pixels;
    }

    // Whether everything but the given value fills a rectangle, the same in every channel.
    private static bool IsBox(ReadOnlySpan<byte> image, byte background)
    {
        int top = Height, bottom = -1, left = Width, right = -1, count = 0;
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                if (image[(y * Width) + x] == background) continue;
                (top, bottom, left, right) = (Math.Min(top, y), y, Math.Min(left, x), Math.Max(right, x));
                count++;
            }
        }

        return count == 0 || count == (bottom - top + 1) * (right - left + 1);
    }

    private static Arbitrary<int> Steps() => Arb.From(Gen.Choose(0, 1_000_000));

    private static Arbitrary<int> Batches() => Arb.From(Gen.Choose(1, 9), b => b > 1 ? [b - 1] : []);
}
