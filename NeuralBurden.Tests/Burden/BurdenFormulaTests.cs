using NeuralBurden.Vit.Burden;
using Xunit;

namespace NeuralBurden.Tests.Burden;

/// <summary>The measures against values worked out by hand.</summary>
public class BurdenFormulaTests
{
    [Fact]
    public void Rate_weights_tokens_by_size_and_averages_over_images()
    {
        var activity = new UnitActivity(2, classToken: false);
        // One image, two tokens of sizes 3 and 1: r_0 = 3/4 |2| + 1/4 |-4| = 2.5, r_1 = 1/4 |8| = 2.
        activity.Add(SiteView.Of([2, 0, -4, 8], 2, [3, 1], batch: 1, tokens: 2));
        // A second image of equal sizes: r_0 = 1, r_1 = 0.
        activity.Add(SiteView.Of([1, 0, 1, 0], 2, [], batch: 1, tokens: 2));
        activity.Finish();

        Assert.Equal([1.75, 1.0], activity.Rate);
        // Loads count tokens, whatever their size: (6 + 2) / 2 and (8 + 0) / 2.
        Assert.Equal([4.0, 4.0], activity.ImageLoad);
        // (3/4 4 + 1/4 16 + 1) / 2 and 1/4 64 / 2.
        Assert.Equal([4.0, 8.0], activity.Energy);
    }

    [Fact]
    public void Class_token_and_patches_are_told_apart()
    {
        var activity = new UnitActivity(1, classToken: true);
        activity.Add(SiteView.Of([8, 2, -4], 1, [1, 2, 1], batch: 1, tokens: 3));
        activity.Finish();

        Assert.Equal([8.0], activity.ClassRate);
        // The patches' weights among themselves are 2/3 and 1/3.
        Assert.Equal((2.0 * 2 / 3) + (4.0 / 3), activity.PatchRate[0], 6);
        Assert.Equal((8 + 4 + 4) / 4.0, activity.Rate[0], 6);
    }

    [Fact]
    public void Padding_of_size_zero_does_not_count()
    {
        var activity = new UnitActivity(1, classToken: false);
        activity.Add(SiteView.Of([1, 2, 99], 1, [1, 1, 0], batch: 1, tokens: 3));
        activity.Finish();

        Assert.Equal((1.5, 3.0), (activity.Rate[0], activity.ImageLoad[0]));
    }

    [Fact]
    public void Synapse_load_is_per_kept_synapse_and_follows_the_reference_curve()
    {
        // Equal weights, equal inputs, one of two kept at double strength: the survivor carries twice the load.
        var dense = new SynapseLoads([1, 1], [0.25, 0.25], [0.25, 0.25]);
        var pruned = new SynapseLoads([2, 0], [0.25, 0.25], [0.25, 0.25]);

        Assert.Equal(0.5, dense.Load[0]);
        Assert.Equal(2, UnitStatistics.Ratios(pruned.Load, dense.Load, dense.Load, [true]).Single());
    }

    [Fact]
    public void Balance_is_excitation_over_inhibition()
    {
        // Excitation 2 E max(x_0, 0) + 1 E max(-x_1, 0) = 7, inhibition 2 E max(-x_0, 0) + 1 E max(x_1, 0) = 6.
        var loads = new SynapseLoads([2, -1], [3, 4], [1, 1]);

        Assert.Equal(7.0 / 6, loads.Balance[0], 12);
        Assert.Equal(13.0 / 2, loads.Load[0], 12);
    }

    [Fact]
    public void A_unit_without_synapses_or_without_readers_is_dead_and_leaves_the_ratios()
    {
        var synapses = new SynapseLoads([0, 0, 1, 0, 1, 1], [1, 1], [1, 1]);
        var activity = new UnitActivity(3, classToken: false);
        activity.Add(SiteView.Of([1, 1, 1], 3, [], 1, 1));
        activity.Finish();
        var figures = new UnitFigures(activity, synapses, [1, 1, 0], null, 1);

        Assert.Equal([false, true, false], figures.Alive);
        Assert.Single(UnitStatistics.Ratios(synapses.Load, [1, 1, 1], [1, 1, 1], figures.Alive));
    }

    [Fact]
    public void Shares_count_samples_above_their_limits_by_weight()
    {
        // Rates 10 and 2 make a floor of 0.06; ceilings are 5 for both.
        var shares = new ActivityShares([10, 2], [5, 5]);
        shares.Add(SiteView.Of([6, 0.01f, -0.1f, -7], 2, [3, 1], batch: 1, tokens: 2));
        shares.Finish();

        Assert.Equal([1.0, 0.25], shares.Active);
        Assert.Equal([0.75, 0.25], shares.OverRange!);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(1000)]
    [InlineData(5321)]
    public void Percentile_is_the_exact_order_statistic(int samples)
    {
        float[] values = [.. Enumerable.Range(0, samples).Select(i => (i % 2 == 0 ? 1f : -1) * ((i * 7919L) % 104729))];
        var tail = new UpperTail(1, samples + 100);
        tail.Add(SiteView.Of(values, 1, [], 1, samples));

        float[] sorted = [.. values.Select(MathF.Abs).Order()];
        Assert.Equal(sorted[(int)Math.Ceiling(0.999 * samples) - 1], tail.Percentiles()[0]);
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
        Assert.Equal([2.0], UnitStatistics.Ratios([2, 5], [1, 0.001], [1, 0.001], [true, true]));
    }
}
