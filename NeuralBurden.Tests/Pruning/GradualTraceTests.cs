using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>
/// Hand-computed traces of methods that zero weights and of those that keep a dense copy (method.md 2.2,
/// 3.2).
/// </summary>
public sealed class GradualTraceTests
{
    private static float[] Falling => [8, -7, 6, -5, 4, -3, 2, -1];

    [Fact]
    public void Pdwp_lets_a_pruned_weight_grow_back()
    {
        var trace = new Trace(Trace.Options("pdwp", 0.5, 0, 2, 4, 2), Falling);

        Assert.Equal("11111111", trace.Rest(0)); // s_0 = 0
        Assert.Equal("11111111", trace.Rest(1));
        Assert.Equal("11110000", trace.Rest(2)); // s_2 = 0.5
        trace.Pruner.WriteEffective();
        Assert.Equal([8, -7, 6, -5, 0, 0, 0, 0], trace.Tensor.Effective.ToArray());
        Assert.Equal(Falling, trace.Weights);

        // The dense gradient passes: w0 = 8 - 4, w6 = 2 + 4.5; no update at step 3.
        Assert.Equal("11110000", trace.Step(3, 1, 4, 0, 0, 0, 0, 0, -4.5f, 0));
        Assert.Equal([4, -7, 6, -5, 4, -3, 6.5f, -1], trace.Weights);
        Assert.Equal("01110010", trace.Rest(4));

        var all = trace.Pruner.Statistics().All;
        Assert.Equal(2.0 / 4, all.FlipRate);
        Assert.Equal(1.0 / 8, all.ReturnRate);
        Assert.Equal(1, all.InTimeRate);
    }

    [Fact]
    public void Pdwp_scales_the_step_and_decays_the_gradient_of_pruned_weights()
    {
        var options = Trace.Options("pdwp", 0.5, 0, 0, 9, 9, ("gamma", "0.5"), ("lambda", "0.25"));
        var trace = new Trace(options, Falling);
        trace.Rest(0);

        trace.Step(1, 1, 1, 0, 0, 0, 0, 2, -4, 0);

        // kept: g; pruned: g + 0.25 w with w = 4, -3, 2, -1, of whose step they make one half.
        Assert.Equal([1, 0, 0, 0, 1, 1.25f, -3.5f, -0.25f], trace.Gradient);
        Assert.Equal([7, -7, 6, -5, 3.5f, -3.625f, 3.75f, -0.875f], trace.Weights);
    }

    [Fact]
    public void Pdwp_without_gamma_lets_pruned_weights_rest()
    {
        var trace = new Trace(Trace.Options("pdwp", 0.5, 0, 0, 9, 9, ("gamma", "0")), Falling);
        trace.Rest(0);
        Assert.Equal(NeuralBurden.Pruning.State.GradientNeed.Masked, trace.Pruner.GradientNeed(1));
        Assert.False(trace.Pruner.DecayPruned);
        trace.Step(1, 1, 1, 1, 1, 1, float.NaN, float.NaN, float.NaN, float.NaN);
        Assert.Equal([7, -8, 5, -6, 4, -3, 2, -1], trace.Weights);
    }

    [Fact]
    public void Pdwp_hysteresis_holds_the_mask_inside_the_band()
    {
        var options = Trace.Options(
            "pdwp", 0.5, 0, 0, 9, 1, ("hysteresis_low", "0.9"), ("hysteresis_high", "1.1"));
        var trace = new Trace(options, [10, 10, 9, 1]);
        Assert.Equal("1100", trace.Rest(0));
        Assert.Equal("1100", trace.Step(1, 1, 0, 0, -2, 0)); // 11 / 1.1 = 10 < 10 / 0.9
        Assert.Equal("1010", trace.Step(2, 1, 0, 0, -2, 0)); // 13 / 1.1 = 11.8 > 10 / 0.9 = 11.1
    }

    [Fact]
    public void Zero_weights_never_make_a_tensor_dense()
    {
        var trace = new Trace(Trace.Options("pdwp", 0.5, 0, 0, 9, 1), new float[8]);
        Assert.Equal("11110000", trace.Rest(0));
        trace = new Trace(Trace.Options("pdwp", 0.75, 0, 0, 9, 1), [0, 0, 3, 0, 0, 0, 0, 0]);
        Assert.Equal("10100000", trace.Rest(0));
    }

    [Fact]
    public void Gmp_zeroes_for_good()
    {
        var trace = new Trace(Trace.Options("gmp", 0.75, 0, 4, 4, 2), Falling);
        Assert.Equal("11111111", trace.Rest(0));
        trace.Rest(1);
        Assert.Equal("11100000", trace.Rest(2)); // s = 0.75 - 0.75 / 8 = 0.656, 8 - round(5.25) = 3
        Assert.Equal([8, -7, 6, 0, 0, 0, 0, 0], trace.Weights);
        trace.Step(3, 1, 7.5f, 0, 0, -9, -9, -9, -9, -9);
        Assert.Equal([0.5f, -7, 6, 0, 0, 0, 0, 0], trace.Weights);
        Assert.Equal("01100000", trace.Rest(4));
        Assert.Equal([0, -7, 6, 0, 0, 0, 0, 0], trace.Weights);
    }

    [Fact]
    public void Oneshot_prunes_in_equal_stages()
    {
        var trace = new Trace(Trace.Options("oneshot", 0.75, 1, 5, 5, 1, ("stages", "3")), Falling);
        Assert.Equal("11111111", trace.Rest(0));
        Assert.Equal("11111100", trace.Rest(1));
        Assert.Equal("11111100", trace.Rest(2));
        Assert.Equal("11110000", trace.Rest(3));
        Assert.Equal("11110000", trace.Rest(4));
        Assert.Equal("11000000", trace.Rest(5));
        Assert.Equal("11000000", trace.Step(6, 1, 0, 0, 9, 9, 9, 9, 9, 9));
    }

    [Fact]
    public void Dpf_is_pdwp_with_the_whole_gradient()
    {
        var dpf = new Trace(Trace.Options("dpf", 0.5, 0, 2, 6, 2), Falling);
        var pdwp = new Trace(Trace.Options("pdwp", 0.5, 0, 2, 6, 2), Falling);
        for (int step = 0; step < 8; step++)
        {
            float[] gradient = [step, -1, 1, 0, -2, step, 1, -step];
            Assert.Equal(pdwp.Step(step, 0.5f, gradient), dpf.Step(step, 0.5f, gradient));
            Assert.Equal(pdwp.Weights, dpf.Weights);
        }
    }

    [Fact]
    public void Dnw_takes_the_top_at_every_step()
    {
        var trace = new Trace(Trace.Options("dnw", 0.5, 0, 0, 99, 1), [4, 3, 2, 1]);
        Assert.Equal("1100", trace.Mask);
        Assert.Equal("1010", trace.Step(0, 1, 0, 2, -2, 0)); // 4 1 4 1
        Assert.Equal("0011", trace.Step(1, 1, 3.5f, 0, 0, -1)); // 0.5 1 4 2
    }

    [Fact]
    public void Dns_with_c_prunes_below_and_splices_above_its_band()
    {
        var options = Trace.Options("dns", null, 1, 1, 99, 1, ("c", "0"), ("decay", "0"));
        var trace = new Trace(options, [1, -2, 3, 4]);
        Assert.Equal("1111", trace.Step(0, 1, 0, 0, 0, 8)); // the weights of the start count: 1 -2 3 -4
        Assert.Equal("0011", trace.Rest(1)); // mu 2.5: off at 2.25, on above 2.75
        Assert.Equal("0011", trace.Step(2, 1, 0, 0.5f, 0.5f, 0)); // -2.5 stays off, 2.5 stays on
        Assert.Equal("0101", trace.Step(3, 1, 0, 0.5f, 0.5f, 0)); // -3 returns, 2 goes
    }

    [Fact]
    public void Dns_refuses_a_threshold_that_would_leave_nothing()
    {
        var early = Assert.Throws<SettingException>(
            () => Toys.Pruner(Toys.Options("dns", null, ("c", "4")), Toys.Three()));
        Assert.Equal("start", early.Key);

        // Evenly spread weights end at mean + 1.73 deviations: 4 prunes them all, trained or not.
        float[] even = Enumerable.Range(0, 200).Select(i => (i - 99.5f) / 100).ToArray();
        var trace = new Trace(Trace.Options("dns", null, 5, 5, 99, 1, ("c", "4")), even);
        for (int step = 0; step < 5; step++) trace.Rest(step);
        var error = Assert.Throws<SettingException>(() => trace.Rest(5));
        Assert.Equal("parameters.c", error.Key);
        Assert.Contains("'w'", error.Message);

        even[7] = 40;
        trace = new Trace(Trace.Options("dns", null, 5, 5, 99, 1, ("c", "4"), ("decay", "0")), even);
        for (int step = 0; step <= 5; step++) trace.Rest(step);
        Assert.Equal(1, trace.Tensor.Mask.Count);
    }

    [Fact]
    public void Snip_refuses_gradients_that_are_all_zero()
    {
        var trace = new Trace(Trace.Options("snip", 0.5, 3, 3, 3, 1), [1, 2, 3, 4]);
        for (int step = 0; step < 3; step++) trace.Rest(step);
        var error = Assert.Throws<SettingException>(() => trace.Rest(3));
        Assert.Equal("start", error.Key);
        Assert.Equal("1111", trace.Mask);
    }

    [Fact]
    public void Dns_touches_masks_with_falling_probability()
    {
        var options = Trace.Options("dns", 0.5, 0, 0, 60, 1, ("decay", "1"), ("power", "1"));
        var trace = new Trace(options, Falling);
        int touched = 0;
        for (int step = 0; step < 60; step++)
        {
            long before = trace.Pruner.Updates;
            trace.Rest(step);
            bool expected = step == 0
                || CounterRandom.Uniform(7, CounterRandom.Touch, step, 0) < 1.0 / (1 + step);
            Assert.Equal(expected, trace.Pruner.Updates > before);
            touched += expected ? 1 : 0;
        }

        Assert.InRange(touched, 2, 20);
    }

    [Fact]
    public void Snip_keeps_what_the_first_batch_is_most_sensitive_to()
    {
        var trace = new Trace(Trace.Options("snip", 0.5, 0, 0, 0, 1), [1, 2, 3, 4]);
        Assert.Equal("1010", trace.Step(0, 1, 4, 1, -1, 0.5f)); // |w g| = 4 2 3 2
        Assert.Equal([-3, 0, 4, 0], trace.Weights);
        Assert.Equal("1010", trace.Step(1, 1, 1, 9, 1, 9));
        Assert.Equal([-4, 0, 3, 0], trace.Weights);
    }

    [Fact]
    public void Static_random_keeps_the_largest_draws_and_never_changes()
    {
        var trace = new Trace(Toys.Options("static-random", 0.5), Falling);
        var draws = Enumerable.Range(0, 8)
            .OrderByDescending(i => CounterRandom.Uniform(7, CounterRandom.InitialMask, 0, (uint)i)).Take(
                4).ToHashSet();
        string expected = string.Concat(Enumerable.Range(0, 8).Select(i => draws.Contains(i) ? '1' : '0'));
        Assert.Equal(expected, trace.Mask);
        for (int step = 0; step < 5; step++)
            Assert.Equal(expected, trace.Step(step, 1, 3, 1, 4, 1, 5, 9, 2, 6));
        Assert.Equal(0.5, trace.Pruner.Statistics().All.InTimeRate);
    }

    [Fact]
    public void Dense_changes_nothing()
    {
        var trace = new Trace(Toys.Options("dense"), Falling);
        Assert.Equal("11111111", trace.Step(0, 1, 1, 1, 1, 1, 1, 1, 1, 1));
        Assert.Equal([7, -8, 5, -6, 3, -4, 1, -2], trace.Weights);
    }

    [Fact]
    public void Movement_keeps_what_moves_away_from_zero()
    {
        var options = Trace.Options("movement", 0.5, 0, 2, 9, 2, ("rate", "1"));
        var trace = new Trace(options, [1, -1, 2, -2]);
        Assert.Equal("1111", trace.Step(0, 0, 1, 1, -1, 1)); // S = -1 1 2 2
        Assert.Equal("1111", trace.Step(1, 0, 0, 0, 3, 0)); // S = -1 1 -4 2
        Assert.Equal("0101", trace.Rest(2));

        // Pruned weights rest, but their scores go on: S0 = -1 + 9 at w0 = 1.
        Assert.Equal("0101", trace.Step(3, 1, -9, 0, 0, 0));
        Assert.Equal([1, -1, 2, -2], trace.Weights);
        Assert.Equal("1001", trace.Rest(4));
        Assert.False(trace.Pruner.DecayPruned);
    }

    [Fact]
    public void Frozen_weights_lose_their_momentum_when_pruned()
    {
        var trace = new Trace(Trace.Options("movement", 0.5, 0, 0, 9, 1, ("rate", "1")), [1, -1, 2, -2]);
        trace.Tensor.Edit(TensorPart.FirstMoment).Fill(5);
        Assert.Equal("0011", trace.Step(0, 0, 1, -1, -1, 1));
        Assert.Equal([0, 0, 5, 5], trace.Tensor.Read(TensorPart.FirstMoment).ToArray());
        Assert.Equal([1, -1, 2, -2], trace.Weights);
    }
}
