using NeuralBurden.Vit.Study.Statistics;
using Xunit;

namespace NeuralBurden.Tests.Study.Statistics;

public class HolmTests
{
    [Fact]
    public void The_smallest_p_gets_the_strictest_level()
    {
        double[] levels = Holm.Levels([0.010, 0.001, 0.020]);

        Assert.Equal([1 - (0.05 / 2), 1 - (0.05 / 3), 1 - 0.05], levels);
    }

    [Fact]
    public void Behind_the_first_p_that_is_too_large_levels_relax_no_more()
    {
        // 0.03 is above 0.05 / 2, so 0.04 is not tried at 0.05: Holm finds neither.
        double[] levels = Holm.Levels([0.04, 0.001, 0.03]);

        Assert.Equal([1 - (0.05 / 2), 1 - (0.05 / 3), 1 - (0.05 / 2)], levels);
    }

    [Fact]
    public void What_was_not_measured_is_last_and_counts()
    {
        double[] levels = Holm.Levels([double.NaN, 0.02]);

        Assert.Equal(1 - (0.05 / 2), levels[1]);
    }

    [Fact]
    public void One_endpoint_needs_no_correction() => Assert.Equal([0.95], Holm.Levels([0.7]));
}
