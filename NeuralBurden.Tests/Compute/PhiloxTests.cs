using NeuralBurden.Compute.Rng;
using Xunit;

namespace NeuralBurden.Tests.Compute;

public class PhiloxTests
{
    /// <summary>The known answers of philox4x32-10 published with Random123. Counter: index, step, stream; key: seed.</summary>
    [Theory]
    [InlineData(0ul, 0u, 0u, 0ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(
        ulong.MaxValue, uint.MaxValue, uint.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(
        0x299f31d0_a4093822ul, 0x03707344u, 0x13198a2eu, 0x85a308d3_243f6a88ul,
        0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Blocks_equal_the_published_known_answers(
        ulong seed, uint stream, uint step, ulong index, uint a, uint b, uint c, uint d)
    {
        Assert.Equal((a, b, c, d), Philox.Block(seed, stream, step, index));
    }

    [Fact]
    public void Uniform_numbers_fill_the_unit_interval_evenly()
    {
        int[] bins = new int[16];
        for (ulong i = 0; i < 16_000; i++)
        {
            float x = Philox.Uniform(7, 1, 2, i);
            Assert.InRange(x, 0, 0.99999994f);
            bins[(int)(x * 16)]++;
        }

        // 1000 expected in each bin, standard deviation 31.
        Assert.All(bins, n => Assert.InRange(n, 850, 1150));
    }

    [Fact]
    public void Normal_numbers_are_finite_with_mean_0_and_variance_1()
    {
        double sum = 0, squares = 0;
        const int n = 20_000;
        for (ulong i = 0; i < n; i++)
        {
            double x = Philox.Normal(3, 0, 0, i);
            Assert.True(double.IsFinite(x));
            sum += x;
            squares += x * x;
        }

        Assert.InRange(sum / n, -0.03, 0.03);
        Assert.InRange(squares / n, 0.95, 1.05);
    }

    [Fact]
    public void Integers_below_a_bound_stay_below_it_and_reach_both_ends()
    {
        int[] drawn = [.. Enumerable.Range(0, 500).Select(i => Philox.Below(10, 5, 0, 0, (ulong)i))];
        Assert.Equal(0, drawn.Min());
        Assert.Equal(9, drawn.Max());
    }
}
