using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;
using NeuralBurden.Vit.Study;
using Xunit;

namespace NeuralBurden.Tests.Study;

public class BootstrapTests
{
    [Fact]
    public void The_estimate_is_the_mean_over_strata_of_their_means()
    {
        var interval = Bootstrap.Mean([[1, 2, 3], [10, 20]]);

        Assert.Equal((2 + 15) / 2.0, interval.Estimate, 12);
        Assert.Equal((5, 3), (interval.Values, interval.Freedom));
        Assert.InRange(interval.Estimate, interval.Low, interval.High);
    }

    [Fact]
    public void Equal_values_leave_no_doubt()
    {
        var interval = Bootstrap.Mean([[0.5, 0.5, 0.5], [0.1, 0.1]]);

        Assert.Equal(0.3, interval.Low, 12);
        Assert.Equal(0.3, interval.High, 12);
    }

    [Fact]
    public void One_value_per_stratum_has_no_interval()
    {
        var interval = Bootstrap.Mean([[1], [2]]);

        Assert.Equal(1.5, interval.Estimate);
        Assert.False(interval.IsFinite);
    }

    [Fact]
    public void No_values_have_no_estimate()
    {
        var interval = Bootstrap.Mean([[], []]);

        Assert.True(double.IsNaN(interval.Estimate));
        Assert.Equal(0, interval.Values);
    }

    [Fact]
    public void The_same_values_give_the_same_interval()
    {
        double[] values = [0.3, 1.7, 0.9, 2.2];

        Assert.Equal(Bootstrap.Mean([values]), Bootstrap.Mean([values]));
    }

    [Fact]
    public void A_contrast_weighs_its_strata()
    {
        var interval = Bootstrap.Contrast([(0.5, [4, 6]), (0.5, [8, 8]), (-1, [1, 3])]);

        Assert.Equal(4.5, interval.Estimate, 12);
        Assert.Equal(3, interval.Freedom);
    }

    [Fact]
    public void The_interval_of_many_values_is_that_of_the_normal_theory()
    {
        var random = new MersenneTwister(5, threadSafe: false);
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => Normal.Sample(random, 2, 3))];
        double mean = values.Average(), sd = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / 399);

        var interval = Bootstrap.Mean([values]);

        double half = 1.966 * sd / 20;
        Assert.Equal(mean - half, interval.Low, 0.1 * half);
        Assert.Equal(mean + half, interval.High, 0.1 * half);
    }

    // 3 seeds in one cell, the smallest study that may decide, and 3 seeds in 6 cells of unequal means.
    [Theory]
    [InlineData(1, 0.85)]
    [InlineData(6, 0.92)]
    public void Intervals_cover_the_truth_about_as_often_as_they_say(int strata, double least)
    {
        const int Studies = 300;
        var random = new MersenneTwister(11, threadSafe: false);
        int covered = 0;
        for (int study = 0; study < Studies; study++)
        {
            var cells = Enumerable.Range(0, strata)
                .Select(k => (IReadOnlyList<double>)[.. Enumerable.Range(0, 3).Select(_ => Normal.Sample(random, k, 1))])
                .ToList();
            var interval = Bootstrap.Mean(cells);
            double truth = (strata - 1) / 2.0;
            covered += interval.Low <= truth && truth <= interval.High ? 1 : 0;
        }

        Assert.InRange((double)covered / Studies, least, 0.995);
    }

    [Fact]
    public void Clusters_are_resampled_whole()
    {
        // Copies of a row in its cluster are no new evidence: the interval stays as wide.
        double[] rows = [1, 4, 2, 8, 5, 7];
        var once = Bootstrap.Of([.. rows.Select(r => (IReadOnlyList<double>)[r])], sample => sample.Average());
        var thrice = Bootstrap.Of([.. rows.Select(r => (IReadOnlyList<double>)[r, r, r])], sample => sample.Average());

        Assert.Equal(once.Low, thrice.Low, 12);
        Assert.Equal(once.High, thrice.High, 12);
        Assert.Equal(5, once.Freedom);
    }
}
