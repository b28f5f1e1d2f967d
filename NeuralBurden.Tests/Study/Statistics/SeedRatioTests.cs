using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;
using NeuralBurden.Vit.Study.Statistics;
using Xunit;

namespace NeuralBurden.Tests.Study.Statistics;

public class SeedRatioTests
{
    [Fact]
    public void With_a_sure_denominator_it_is_the_interval_of_the_mean_scaled()
    {
        var ratio = SeedRatio.Of([(1.0, 2.0), (2.0, 2.0), (4.0, 2.0)])!.Value;

        var mean = SeedMean.Of([1.0, 2.0, 4.0])!.Value.Interval(0.95);
        Assert.Equal(7.0 / 6, ratio.Value, 12);
        Assert.Equal(mean.Low / 2, ratio.Interval.Low, 9);
        Assert.Equal(mean.High / 2, ratio.Interval.High, 9);
    }

    [Fact]
    public void Its_ends_are_where_the_difference_stops_being_found()
    {
        List<(double Above, double Below)> pairs = [(0.9, 2.1), (1.2, 1.8), (0.7, 2.4), (1.1, 2.2)];

        var ratio = SeedRatio.Of(pairs)!.Value;

        foreach (double rho in (double[])[ratio.Interval.Low, ratio.Interval.High])
        {
            var mean = SeedMean.Of(pairs.Select(p => (double?)(p.Above - (rho * p.Below))))!.Value;
            Assert.Equal(0.025, Math.Min(mean.TailAbove(0), mean.TailBelow(0)), 6);
        }
    }

    [Fact]
    public void Where_there_may_be_no_loss_no_share_is_excluded() =>
        Assert.False(SeedRatio.Of([(1.0, 0.1), (0.9, -0.1), (1.1, 0.05)])!.Value.Interval.IsFinite);

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public void Intervals_cover_the_truth_as_often_as_they_say(int seeds)
    {
        const int Studies = 4000;
        var random = new MersenneTwister(8, threadSafe: false);
        int covered = 0;
        for (int study = 0; study < Studies; study++)
        {
            var interval = SeedRatio.Of([.. Enumerable.Range(0, seeds).Select(_ =>
            {
                double loss = Normal.Sample(random, 2, 0.4);
                return ((0.6 * 2) + (0.5 * (loss - 2)) + Normal.Sample(random, 0, 0.3), loss);
            })])!.Value.Interval;
            covered += interval.Low <= 0.6 && 0.6 <= interval.High ? 1 : 0;
        }

        Assert.InRange((double)covered / Studies, 0.94, 0.96);
    }
}
