using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;
using NeuralBurden.Vit.Study.Statistics;
using Xunit;

namespace NeuralBurden.Tests.Study.Statistics;

public class SeedMeanTests
{
    [Fact]
    public void An_interval_is_that_of_the_t_tables()
    {
        var mean = SeedMean.Of([1.0, 2.0, 4.0, null, double.NaN])!.Value;

        // m 7/3, s^2 7/3, t_0.975(2) 4.302653.
        double half = 4.302653 * Math.Sqrt(7.0 / 3 / 3);
        var interval = mean.Interval(0.95);
        Assert.Equal((3, 2), (mean.Count, mean.Freedom));
        Assert.Equal((7.0 / 3) - half, interval.Low, 5);
        Assert.Equal((7.0 / 3) + half, interval.High, 5);
    }

    [Theory]
    [InlineData(3.0)]
    [InlineData(0.5, 0.5, 0.5)]
    public void One_value_and_values_that_tie_have_no_interval(params double[] values)
    {
        var mean = SeedMean.Of(values.Select(v => (double?)v))!.Value;

        Assert.False(mean.Interval(0.95).IsFinite);
        Assert.Equal(1, mean.TailAbove(-100));
        Assert.True(double.IsPositiveInfinity(mean.Detectable(0.95, 0.1)));
    }

    [Fact]
    public void Nothing_measured_has_no_mean() => Assert.Null(SeedMean.Of([null, double.NaN]));

    [Theory]
    [InlineData(0.95)]
    [InlineData(0.99)]
    public void An_end_reaches_a_value_where_the_tail_is_half_of_what_the_level_leaves(double level)
    {
        var mean = SeedMean.Of([0.3, 1.1, 0.7, 0.2])!.Value;

        var interval = mean.Interval(level);

        Assert.Equal((1 - level) / 2, mean.TailAbove(interval.Low), 9);
        Assert.Equal((1 - level) / 2, mean.TailBelow(interval.High), 9);
    }

    // Normal values are covered as stated; flat, skewed and counted ones (accuracies on 500 images) nearly so.
    [Theory]
    [InlineData("normal", 3, 0.943, 0.957)]
    [InlineData("normal", 12, 0.943, 0.957)]
    [InlineData("uniform", 3, 0.92, 0.96)]
    [InlineData("uniform", 12, 0.93, 0.96)]
    [InlineData("exponential", 12, 0.89, 0.96)]
    [InlineData("binomial", 12, 0.935, 0.96)]
    public void Intervals_cover_the_truth_as_often_as_they_say(string law, int seeds, double least, double most)
    {
        const int Studies = 6000;
        var random = new MersenneTwister(11, threadSafe: false);
        (double truth, Func<double> draw) = law switch
        {
            "normal" => (2.0, () => Normal.Sample(random, 2, 3)),
            "uniform" => (0.5, random.NextDouble),
            "exponential" => (1.0, () => Exponential.Sample(random, 1)),
            _ => (0.02, (Func<double>)(() => (Binomial.Sample(random, 0.96, 500) - Binomial.Sample(random, 0.94, 500)) / 500.0)),
        };
        int covered = 0;
        for (int study = 0; study < Studies; study++)
        {
            var interval = SeedMean.Of(Enumerable.Range(0, seeds).Select(_ => (double?)draw()))!.Value.Interval(0.95);
            covered += interval.Low <= truth && truth <= interval.High ? 1 : 0;
        }

        Assert.InRange((double)covered / Studies, least, most);
    }

    // The effect called detectable is found in about four studies of five: with the true spread known, 3 and 12 seeds,
    // where the least effect that matters binds and where it does not.
    [Theory]
    [InlineData(3, 0.1)]
    [InlineData(12, 0.1)]
    [InlineData(12, 1.5)]
    public void The_detectable_effect_is_found_four_times_in_five(int seeds, double least)
    {
        const int Studies = 4000;
        var random = new MersenneTwister(5, threadSafe: false);
        double effect = new SeedMean(0, 1 / Math.Sqrt(seeds), seeds).Detectable(0.95, least);
        int found = 0;
        for (int study = 0; study < Studies; study++)
        {
            var mean = SeedMean.Of(Enumerable.Range(0, seeds).Select(_ => (double?)Normal.Sample(random, effect, 1)))!.Value;
            found += mean.Interval(0.95).Low > 0 && mean.Mean > least ? 1 : 0;
        }

        Assert.InRange((double)found / Studies, 0.76, 0.84);
    }
}
