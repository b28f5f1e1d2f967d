using NeuralBurden.Pruning.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>Hand-computed traces of methods that learn thresholds or scores (method.md 3.2).</summary>
public sealed class LearnedTraceTests
{
    [Fact]
    public void Str_shrinks_by_its_threshold_and_learns_it()
    {
        var options = Trace.Options("str", 0.5, 90, 95, 99, 1, ("s_init", "0"), ("rate", "1"));
        var trace = new Trace(options, [1, -0.25f, 0.75f, -2]); // sigmoid(0) = 0.5
        Assert.Equal("1011", trace.Mask);
        trace.Pruner.WriteEffective();
        Assert.Equal([0.5f, 0, 0.25f, -1.5f], trace.Tensor.Effective.ToArray());

        // sum g sign(w) over kept = 1 - 1 - 2 = -2; ds = -0.25 x -2 = 0.5, s = -0.5, sigmoid = 0.37754.
        Assert.Equal("1011", trace.Step(0, 0.5f, 1, 1, -1, 2));
        Assert.Equal([1, 0, -1, 2], trace.Gradient);
        Assert.Equal([0.5f, -0.25f, 1.25f, -3], trace.Weights);
        trace.Pruner.WriteEffective();
        Trace.Near([0.12246f, 0, 0.87246f, -2.62246f], trace.Tensor.Effective.ToArray());
    }

    [Fact]
    public void Str_decays_its_parameter_while_too_dense_and_folds_the_threshold_in_at_the_end()
    {
        var options = Trace.Options(
            "str", 0.5, 0, 1, 2, 1, ("s_init", "-2"), ("rate", "1"), ("decay", "0.5"));
        var trace = new Trace(options, [1, -0.25f, 0.75f, -2]); // sigmoid(-2) = 0.1192
        Assert.Equal("1111", trace.Rest(0)); // s_0 = 0: not too dense
        Assert.Equal("1011", trace.Rest(1)); // s = -2 + 0.5 x 2 = -1, sigmoid 0.26894
        Assert.Equal("1001", trace.Rest(2)); // s = -0.5; then exactly two of four by margin
        Trace.Near([0.62246f, 0, 0, -1.62246f], trace.Weights); // minus sigmoid(-0.5) = 0.37754
        trace.Pruner.WriteEffective();
        Assert.Equal(trace.Weights, trace.Tensor.Effective.ToArray());
        Assert.Equal("1001", trace.Step(3, 1, 1, 1, 1, 1));
        Trace.Near([-0.37754f, 0, 0, -2.62246f], trace.Weights);
    }

    [Fact]
    public void Dst_learns_a_threshold_per_row_through_its_long_tailed_step()
    {
        var options = Trace.Options("dst", 0.5, 90, 95, 99, 1, ("rate", "1"), ("alpha", "0"));
        var trace = new Trace(options, [0.5f, -0.25f, 0.75f, -1.5f, 1, 1, 1, 1], rows: 2);
        Assert.Equal("11111111", trace.Mask);

        // Row 0: H = 0.4, 1, 0.4, 0; g w H = -0.2, 0.25, 0.3, 0: sum 0.35, so t_0 = 0.35. Row 1 rests.
        Assert.Equal("10111111", trace.Step(0, 0, -1, -1, 1, -1, 0, 0, 0, 0));
        Trace.Near([-1.2f, -1.25f, 1.3f, -1, 0, 0, 0, 0], trace.Gradient);

        // Now x = 0.15, -0.1, 0.4, 1.15: H = 1.4, 1.6, 0.4, 0; a pruned weight gets the structural part
        // alone.
        trace.Step(1, 0, 0, 1, 0, 0, 0, 0, 0, 0);
        Trace.Near([0, 0.4f, 0, 0, 0, 0, 0, 0], trace.Gradient); // 1 x -0.25 x 1.6 x sign
        Assert.Equal("11111111", trace.Mask); // t_0 = 0.35 - 0.4 = -0.05
    }

    [Fact]
    public void Dst_pushes_thresholds_up_while_too_dense()
    {
        var options = Trace.Options("dst", 0.5, 0, 1, 9, 1, ("rate", "1"), ("alpha", "0.3"));
        var trace = new Trace(options, [0.5f, -0.25f, 0.75f, -1.5f]);
        Assert.Equal("1111", trace.Rest(0));
        Assert.Equal("1011", trace.Rest(1)); // t = 0.3
        Assert.Equal("0011", trace.Rest(2)); // t = 0.3 + 0.3 exp(-0.3) = 0.52
        Assert.Equal("0011", trace.Rest(3)); // at the target: no push
    }

    [Fact]
    public void Dst_reopens_a_collapsed_layer()
    {
        var options = Trace.Options("dst", 0.9, 0, 1, 9, 1, ("rate", "1"), ("alpha", "5"));
        var trace = new Trace(options, [0.5f, -0.25f, 0.75f, -1.5f]);
        trace.Rest(0);
        Assert.Equal("1111", trace.Rest(1)); // t = 5 would prune all
    }

    [Fact]
    public void Soft_movement_thresholds_its_scores()
    {
        var options = Trace.Options(
            "movement", 0.5, 0, 0, 99, 1, ("form", "soft"), ("rate", "1"), ("penalty", "0"),
            ("tau", "0.5"));
        var trace = new Trace(options, [1, -1]);
        Assert.Equal("00", trace.Mask); // S = 0 is not above logit(0.5) = 0
        Assert.Equal("01", trace.Step(0, 0, 1, 1)); // S = -1, 1
        Assert.Equal([1, -1], trace.Weights);
        Assert.Equal("11", trace.Step(1, 1, -2, 0)); // S0 = -1 + 2 / sqrt(2); its weight rested meanwhile
        Assert.Equal([1, -1], trace.Weights);
    }

    [Fact]
    public void Soft_movement_keeps_all_until_its_start_and_raises_its_threshold_with_the_schedule()
    {
        const int start = 10, end = 30, stop = 40;
        const double sparsity = 0.5, tau = 0.4, rate = 0.05;
        var options = Trace.Options(
            "movement", sparsity, start, end, stop, 1, ("form", "soft"), ("rate", "0.05"), ("penalty", "0"), ("tau", "0.4"));
        var random = new Random(4);
        float[] weights = [.. Enumerable.Range(0, 24).Select(_ => random.NextSingle() - 0.5f)];
        var trace = new Trace(options, weights);
        double[] scores = new double[24];
        bool pruned = false;
        for (int step = 0; step < stop; step++)
        {
            float[] gradient = [.. weights.Select(_ => random.NextSingle() - 0.5f)];
            double[] products = gradient.Zip(weights, (g, w) => (double)g * w).ToArray();
            double rms = Math.Sqrt(products.Sum(p => p * p) / 24);
            for (int i = 0; i < 24; i++) scores[i] -= rate * products[i] / rms;
            double left = Math.Pow(1 - Math.Clamp((step - start) / (double)(end - start), 0, 1), 3);
            double threshold = tau * (1 - left);
            string expected = string.Concat(scores.Select(s => 1 / (1 + Math.Exp(-s)) > threshold ? '1' : '0'));
            Assert.Equal(expected, trace.Step(step, 0, gradient));
            if (step < start) Assert.DoesNotContain('0', expected);
            pruned |= step < stop && expected.Contains('0');
        }

        Assert.True(pruned);
    }

    [Fact]
    public void Sr_ste_decays_pruned_weights_and_lets_them_return()
    {
        var trace = new Trace(Toys.Options("sr-ste", null, ("lambda", "0.5")), [4, 3, 2, 1]);
        Assert.Equal("1100", trace.Rest(0));
        Assert.Equal("1010", trace.Step(1, 1, 0, 2, -2, 0));
        Assert.Equal([0, 2, -1, 0.5f], trace.Gradient); // pruned: g + 0.5 w
        Assert.Equal([4, 1, 3, 0.5f], trace.Weights);
    }

    [Fact]
    public void Step_switches_when_the_second_moment_settles_and_freezes_it()
    {
        var options = Trace.Options("step", null, 1, 50, 99, 1, ("tolerance", "0.5"));
        var trace = new Trace(options, [4, 3, 2, 1]);
        int step = SwitchOf(trace, i => MathF.Pow(2, Math.Min(i, 12)));

        // Doubling, z = 1 / 2 each: eight samples whose mean is below that come with the first that stays.
        Assert.Equal(13, step);
        Assert.Equal("1100", trace.Mask);
        Assert.Equal(14, trace.Pruner.FrozenSecondMomentSteps);
        Assert.Equal("1010", trace.Step(14, 1, 0, 2, -2, 0));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(1e-12f)]
    [InlineData(1e6f)]
    public void Step_looks_at_the_shape_of_the_second_moment_and_not_at_its_size(float scale)
    {
        // v fills up as Adam's does under a steady gradient: v_t = scale (1 - b^t).
        static double Filled(int step) => 1 - Math.Pow(0.9, step + 1);
        const double tolerance = 0.02;
        int expected = Enumerable.Range(8, 90).First(step => Enumerable.Range(step - 7, 8)
            .Average(i => (Filled(i) - Filled(i - 1)) / Filled(i)) < tolerance);
        var options = Trace.Options("step", null, 1, 95, 99, 1, ("tolerance", "0.02"));

        Assert.Equal(expected, SwitchOf(new Trace(options, [4, 3, 2, 1]), step => scale * (float)Filled(step)));
        var late = new Trace(options with { WarmupSteps = expected + 20 }, [4, 3, 2, 1]);
        Assert.Equal(expected + 20, SwitchOf(late, step => scale * (float)Filled(step)));
    }

    private static int SwitchOf(Trace trace, Func<int, float> secondMoment)
    {
        for (int step = 0; ; step++)
        {
            trace.Tensor.Edit(TensorPart.SecondMoment).Fill(secondMoment(step));
            trace.Rest(step);
            if (trace.Pruner.FrozenSecondMomentSteps is not null) return step;
        }
    }

    [Fact]
    public void Step_switches_at_the_window_end_at_the_latest()
    {
        var trace = new Trace(Trace.Options("step", null, 0, 3, 99, 1, ("tolerance", "0")), [4, 3, 2, 1]);
        for (int step = 0; step < 3; step++) Assert.Equal("1111", trace.Rest(step));
        Assert.Equal("1100", trace.Rest(3));
    }
}
