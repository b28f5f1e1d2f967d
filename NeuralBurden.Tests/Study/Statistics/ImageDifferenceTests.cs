using MathNet.Numerics.Random;
using NeuralBurden.Vit.Study.Statistics;
using Xunit;

namespace NeuralBurden.Tests.Study.Statistics;

public class ImageDifferenceTests
{
    [Fact]
    public void Of_one_seed_it_is_the_difference_of_proportions_of_matched_pairs()
    {
        // Right under the run alone: images 0, 1, 2 and 8; under the other alone: 5.
        byte[] run = [0b0001_1111, 0b0000_0011], other = [0b0011_1000, 0b0000_0010];

        var difference = ImageDifference.Of([(run, 1), (other, -1)], 1, 10)!.Value;

        // sqrt((b + c - (b - c)^2 / n) / (n - 1) / n) of b = 4 and c = 1.
        Assert.Equal(0.3, difference.Mean, 12);
        Assert.Equal(Math.Sqrt((5 - (9.0 / 10)) / 9 / 10), difference.StandardError, 12);
    }

    [Fact]
    public void Seeds_that_err_on_the_same_images_leave_the_error_of_one()
    {
        byte[] run = [0b1110_1111], other = [0b1100_0101];

        var once = ImageDifference.Of([(run, 1), (other, -1)], 1, 8)!.Value;
        var thrice = ImageDifference.Of([(run, 1), (other, -1), (run, 1), (other, -1), (run, 1), (other, -1)], 3, 8)!.Value;

        Assert.Equal(once.Mean, thrice.Mean, 12);
        Assert.Equal(once.StandardError, thrice.StandardError, 12);
    }

    [Fact]
    public void A_difference_of_differences_takes_each_image_once()
    {
        // Image by image (a - b) - (c - d): 2, -1, 0, 0.
        byte[] a = [0b0001], b = [0b0000], c = [0b0010], d = [0b0001];

        var difference = ImageDifference.Of([(a, 1), (b, -1), (c, -1), (d, 1)], 1, 4)!.Value;

        Assert.Equal(0.25, difference.Mean, 12);
        Assert.Equal(Math.Sqrt((5 - (1.0 / 4)) / 3 / 4), difference.StandardError, 12);
    }

    [Fact]
    public void Bits_of_another_length_are_no_pair() =>
        Assert.Null(ImageDifference.Of([([0xff], 1), ([0xff, 0x01], -1)], 1, 10));

    [Fact]
    public void Other_test_images_move_the_difference_as_far_as_it_says()
    {
        // Images differ in how likely each network is right; a test set is a draw of 200 of them.
        const int Sets = 2000, Images = 200;
        var random = new MersenneTwister(9, threadSafe: false);
        int covered = 0;
        for (int set = 0; set < Sets; set++)
        {
            var pairs = Enumerable.Range(0, 2).Select(_ => (Run: new byte[25], Other: new byte[25])).ToList();
            for (int i = 0; i < Images; i++)
            {
                double hard = random.NextDouble();
                foreach (var (run, other) in pairs)
                {
                    if (random.NextDouble() > 0.2 * hard) run[i >> 3] |= (byte)(1 << (i & 7));
                    if (random.NextDouble() > 0.4 * hard) other[i >> 3] |= (byte)(1 << (i & 7));
                }
            }

            var difference = ImageDifference.Of(
                [.. pairs.SelectMany(p => new[] { (p.Run, 1), (p.Other, -1) })], pairs.Count, Images)!.Value;
            covered += Math.Abs(difference.Mean - 0.1) < 1.96 * difference.StandardError ? 1 : 0;
        }

        Assert.InRange(covered / (double)Sets, 0.93, 0.965);
    }
}
