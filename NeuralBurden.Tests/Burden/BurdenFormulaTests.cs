using NeuralBurden.Vit.Burden;
using Xunit;

namespace NeuralBurden.Tests.Burden;

/// <summary>The measures against values worked out by hand.</summary>
public class BurdenFormulaTests
{
    [Fact]
    public void Rate_weights_tokens_by_size_and_averages_over_images()
    {
        var loads = new LayerLoads(hidden: 2, inputs: 1);
        // One image, two tokens of sizes 3 and 1: r_0 = 3/4 |2| + 1/4 |-4| = 2.5, r_1 = 1/4 |8| = 2.
        loads.Add([2, 0, -4, 8], [1, -1], [3, 1], batch: 1, tokens: 2);
        // A second image of equal sizes: r_0 = 1, r_1 = 0.
        loads.Add([1, 0, 1, 0], [3, 3], [], batch: 1, tokens: 2);
        loads.Finish();

        Assert.Equal([1.75, 1.0], loads.Rate);
        Assert.Equal([2.0], loads.InputMagnitude);
    }

    [Fact]
    public void Synapse_load_is_per_kept_synapse_and_follows_the_reference_curve()
    {
        // Equal weights, equal inputs, one of two kept at double strength: the survivor carries twice the load.
        var dense = new SynapseLoads([1, 1], [0.5, 0.5]);
        var pruned = new SynapseLoads([2, 0], [0.5, 0.5]);

        Assert.Equal(0.5, dense.Load[0]);
        Assert.Equal(2, UnitStatistics.Ratios(pruned.Load, dense.Load, pruned.IsAlive).Single());
    }

    [Fact]
    public void A_unit_without_synapses_is_dead_and_leaves_the_ratios()
    {
        var pruned = new SynapseLoads([0, 0, 1, 0], [1, 1]);

        Assert.False(pruned.IsAlive(0));
        Assert.Single(UnitStatistics.Ratios(pruned.Load, [1, 1], pruned.IsAlive));
    }

    [Fact]
    public void Signal_error_is_one_for_the_mean_and_zero_for_the_signal()
    {
        float[] signal = [1, 10, 3, 20, 5, 60];
        var exact = new SignalError(2);
        exact.Add(signal, signal, []);
        var mean = new SignalError(2);
        mean.Add(signal, [3, 30, 3, 30, 3, 30], []);

        Assert.Equal(0, exact.Value);
        Assert.Equal(1, mean.Value, 12);
    }

    [Fact]
    public void Quantiles_interpolate_between_order_statistics()
    {
        var summary = UnitStatistics.Summarize([4, 1, 3, 2])!.Value;

        Assert.Equal((2.5, 2.5, 3.85, 4.0), (summary.Mean, summary.P50, Math.Round(summary.P95, 12), summary.Max));
    }

    [Fact]
    public void Units_that_were_idle_in_the_reference_have_no_ratio()
    {
        Assert.Equal([2.0], UnitStatistics.Ratios([2, 5], [1, 0.001], _ => true));
    }
}
