using NeuralBurden.Vit.Study.Statistics;
using Xunit;

namespace NeuralBurden.Tests.Study.Statistics;

public class RankCorrelationTests
{
    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 10, 20, 30, 1000 }, 1)]
    [InlineData(new double[] { 1, 2, 3, 4 }, new double[] { 4, 3, 2, 1 }, -1)]
    // 1 - 6 sum d^2 / (n (n^2 - 1)) with d = (1, -1, 1, -1): 1 - 24 / 60.
    [InlineData(new double[] { 2, 1, 4, 3 }, new double[] { 1, 2, 3, 4 }, 0.6)]
    // Ties share ranks: (1.5, 1.5, 3) against (1, 2, 3), Pearson 1.5 / sqrt(1.5 * 2).
    [InlineData(new double[] { 5, 5, 9 }, new double[] { 1, 2, 3 }, 0.8660254)]
    public void Spearman_is_pearson_of_the_ranks(double[] x, double[] y, double expected) =>
        Assert.Equal(expected, RankCorrelation.Spearman(x, y), 6);

    [Fact]
    public void A_partial_correlation_is_that_of_the_residuals()
    {
        // Ranks already, so the residuals of the regression on z are by hand: r_xy 0.5, r_xz 0.5, r_yz 1/2.
        double[] x = [1, 2, 3], y = [1, 3, 2], z = [2, 1, 3];
        double xy = 0.5, xz = 0.5, yz = -0.5;

        double expected = (xy - (xz * yz)) / Math.Sqrt((1 - (xz * xz)) * (1 - (yz * yz)));

        Assert.Equal(expected, RankCorrelation.Partial(x, y, z), 10);
        Assert.Equal(1, RankCorrelation.Partial(x, y, z), 10);
    }

    [Fact]
    public void What_z_explains_leaves_no_partial_correlation()
    {
        // x and y both follow z with noise that is orthogonal: blocks of z with all four combinations in each.
        double[] z = [.. Enumerable.Range(0, 40).Select(i => (double)(i / 4))];
        double[] x = [.. z.Select((v, i) => (10 * v) + (i % 2))];
        double[] y = [.. z.Select((v, i) => (10 * v) + (i / 2 % 2))];

        Assert.Equal(0, RankCorrelation.Partial(x, y, z), 6);
        Assert.True(RankCorrelation.Spearman(x, y) > 0.98);
    }

    [Fact]
    public void There_is_no_partial_correlation_where_z_is_one_of_the_sides() =>
        Assert.True(double.IsNaN(RankCorrelation.Partial([1, 2, 3, 4], [2, 1, 4, 3], [1, 2, 3, 4])));

    [Fact]
    public void A_covariate_that_does_not_vary_explains_nothing() =>
        Assert.Equal(1, RankCorrelation.Partial([1, 2, 3, 4], [2, 4, 6, 9], [7, 7, 7, 7]), 10);
}
