using NeuralBurden.Vit.Study;
using Xunit;

namespace NeuralBurden.Tests.Study;

public class KneeTests
{
    [Fact]
    public void A_right_angle_has_its_knee_at_the_corner()
    {
        var knee = Knee.Of([0, 0, 0, 0, 1]);

        Assert.Equal(3, knee!.Value.Step);
        Assert.Equal(0.75, knee.Value.Strength, 12);
    }

    [Fact]
    public void A_falling_curve_has_the_knee_of_its_mirror_image()
    {
        double[] rising = [0.0, 0.01, 0.03, 0.2, 0.6, 1.0];

        Assert.Equal(Knee.Of(rising), Knee.Of([.. rising.Select(y => 5 - (2 * y))]) is { } k
            ? k with { Strength = Knee.Of(rising)!.Value.Strength }
            : null);
    }

    [Theory]
    [InlineData(new double[] { 0, 1, 2, 3 })]
    [InlineData(new double[] { 1, 1, 1, 1 })]
    [InlineData(new double[] { 0, 3, 3.5, 4 })]
    [InlineData(new double[] { 0, 1 })]
    public void A_line_a_flat_curve_and_one_that_leaves_at_once_have_none(double[] y) => Assert.Null(Knee.Of(y));
}
