using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;
using NeuralBurden.Vit.Study.Statistics;
using Xunit;

namespace NeuralBurden.Tests.Study.Statistics;

public class KneeTests
{
    private static readonly double[] Sparsities = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    [Theory]
    [InlineData(0.35, -0.1, -2)]
    [InlineData(0.5, 0.0, 1)]
    [InlineData(0.62, 0.2, 3)]
    public void The_knee_of_two_lines_is_where_they_meet(double at, double slope, double bend)
    {
        double[] y = [.. Sparsities.Select(x => 1 + (slope * x) + (bend * Math.Max(0, x - at)))];

        var knee = Knee.Of(Sparsities, y)!.Value;

        Assert.Equal(at, knee.X, 2.0e-3);
        Assert.Equal(slope, knee.Slope, 0.02);
        Assert.Equal(bend, knee.Bend, 0.05);
    }

    [Fact]
    public void A_straight_line_has_no_knee() =>
        Assert.Null(Knee.Of(Sparsities, [.. Sparsities.Select(x => 2 - (3 * x))]));

    [Fact]
    public void A_curve_that_only_flattens_has_no_knee() =>
        Assert.Null(Knee.Of(Sparsities, [.. Sparsities.Select(x => Math.Min(x, 0.4))]));

    [Fact]
    public void Five_points_are_too_few() => Assert.Null(Knee.Of([1, 2, 3, 4, 5], [0, 0, 0, 1, 2]));

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void Noise_around_a_straight_line_rarely_has_a_knee(int points)
    {
        var random = new MersenneTwister(3, threadSafe: false);
        double[] x = [.. Enumerable.Range(0, points).Select(i => 0.1 * i)];
        int found = 0;
        for (int i = 0; i < 1000; i++)
            found += Knee.Of(x, [.. x.Select(v => v + Normal.Sample(random, 0, 0.05))]) is null ? 0 : 1;

        Assert.InRange(found / 1000.0, 0, 0.05);
    }

    [Fact]
    public void Noise_moves_a_clear_knee_by_less_than_what_matters()
    {
        var random = new MersenneTwister(4, threadSafe: false);
        double Noisy(double at) => (-2 * Math.Max(0, at - 0.55)) + Normal.Sample(random, 0, 0.02);

        double[] apart = [.. Enumerable.Range(0, 200)
            .Select(_ => Knee.Of(Sparsities, [.. Sparsities.Select(Noisy)])!.Value.X - 0.55)];

        Assert.Equal(0, apart.Average(), 0.01);
        Assert.InRange(apart.Count(a => Math.Abs(a) < Claim.SameSparsity.Least) / 200.0, 0.9, 1);
    }
}
