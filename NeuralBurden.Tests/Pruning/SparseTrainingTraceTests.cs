using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>Hand-computed traces of drop-and-grow methods and of Top-KAST (method.md 3.2).</summary>
public sealed class SparseTrainingTraceTests
{
    [Fact]
    public void RigL_drops_by_magnitude_and_grows_by_gradient()
    {
        var options = Trace.Options("rigl", 0.5, 0, 3, 3, 1, ("alpha", "0.5"), ("anneal", "constant"));
        var trace = new Trace(options, new float[8]);
        trace.Force("11110000", 8, 1, -6, 2, 0, 0, 0, 0);
        Assert.Equal("11110000", trace.Rest(0)); // the first exchange comes one period in
        float[] moments = [1, 2, 3, 4, 0, 0, 0, 0];
        moments.CopyTo(trace.Tensor.Edit(TensorPart.FirstMoment));

        // Drops 1 and 3; |g| outside the survivors is largest at 1 (just dropped) and 5.
        Assert.Equal(GradientNeed.Dense, trace.Pruner.GradientNeed(1));
        Assert.Equal("11100100", trace.Step(1, 0, 9, 9, 9, 5, 0, -7, 1, 3));
        Assert.Equal([8, 1, -6, 0, 0, 0, 0, 0], trace.Weights);
        Assert.Equal([1, 2, 3, 0, 0, 0, 0, 0], trace.Tensor.Read(TensorPart.FirstMoment).ToArray());

        // Drops 5 (zero) and 1; grows 7 and 3.
        Assert.Equal("10110001", trace.Step(2, 1, 0, 0, 0, 2, 0, 1, 0, -3));
        Assert.Equal([8, 0, -6, 0, 0, 0, 0, 0], trace.Weights);

        trace.Rest(3);
        Assert.Equal(GradientNeed.Masked, trace.Pruner.GradientNeed(4));
    }

    [Fact]
    public void RigL_anneals_the_exchange_to_nothing_at_its_stop()
    {
        var options = Trace.Options("rigl", 0.5, 0, 4, 4, 2, ("alpha", "0.5"));
        var trace = new Trace(options, new float[8]);
        trace.Force("11110000", 4, 3, 2, 1, 0, 0, 0, 0);
        trace.Rest(0);
        trace.Rest(1);
        Assert.Equal("11101000", trace.Step(2, 1, 0, 0, 0, 0, 9, 9, 9, 9)); // f = 0.25: one of four
        trace.Step(3, 1, 0, 0, 0, 0, -1, 0, 0, 0);
        Assert.Equal(GradientNeed.Masked, trace.Pruner.GradientNeed(4)); // f = 0
        Assert.Equal("11101000", trace.Step(4, 1, 0, 0, 0, 9, 0, 9, 9, 9));
        Assert.Equal(1, trace.Pruner.Updates);
    }

    [Fact]
    public void RigL_makes_a_training_step_of_every_batch()
    {
        var options = Trace.Options("rigl", 0.5, 0, 9, 9, 2, ("alpha", "0.25"), ("anneal", "constant"));
        var trace = new Trace(options, new float[8]);
        trace.Force("11110000", 8, 7, 6, 1, 0, 0, 0, 0);
        for (int step = 0; step < 10; step++) trace.Step(step, 1, 0.5f, 0, 0, 0, 0, 0, 0, 0);
        Assert.Equal(8 - 10 * 0.5f, trace.Weights[0]);
    }

    [Fact]
    public void Itop_trains_on_the_step_that_updates_its_masks()
    {
        var options = Trace.Options("itop", 0.5, 0, 2, 2, 1, ("drop", "0.5"));
        var trace = new Trace(options, new float[8]);
        trace.Force("11110000", 8, 1, -6, 2, 0, 0, 0, 0);
        trace.Rest(0);
        Assert.Equal("10110100", trace.Step(1, 1, 1, 0, 0, 0, 0, 5, 0, 0)); // f = 0.25
        Assert.Equal([7, 0, -6, 2, 0, 0, 0, 0], trace.Weights);
    }

    [Fact]
    public void Set_drops_the_smallest_of_each_sign_and_grows_at_random()
    {
        var options = Trace.Options("set", 0.25, 0, 9, 9, 1, ("zeta", "0.34"));
        var trace = new Trace(options, new float[8]);
        trace.Force("11111100", 1, 2, 3, -4, -5, -6, 0, 0);
        Assert.Equal("11111100", trace.Rest(0));

        // floor(0.34 x 3) = 1 of each sign goes: 1 and -4. Two of {0, 3, 6, 7} grow.
        var grown = ((int[])[0, 3, 6, 7])
            .OrderByDescending(i => CounterRandom.Uniform(7, CounterRandom.Growth, 1, (uint)i)).Take(
                2).ToHashSet();
        string expected = string.Concat(
            Enumerable.Range(0, 8).Select(i => i is 1 or 2 or 4 or 5 || grown.Contains(i) ? '1' : '0'));
        Assert.Equal(expected, trace.Rest(1));
        Assert.Equal(
            [grown.Contains(0) ? 1 : 0, 2, 3, grown.Contains(3) ? -4 : 0, -5, -6, 0, 0], trace.Weights);
    }

    [Fact]
    public void Granet_prunes_then_exchanges_and_a_weight_grown_back_starts_at_zero()
    {
        var options = Trace.Options(
            "granet", 0.5, 1, 1, 2, 1, ("drop", "0.5")) with
        { Distribution = "global" };
        var trace = new Trace(options, [8, -7, 6, -5, 4, -3, 2, -1]);
        Assert.Equal("11111111", trace.Rest(0));

        // Optimizer first: w4 = 3, w6 = 3. Then 11110000; f_1 = 0.2525 drops one of four (-5); |g| grows 6.
        Assert.Equal("11100010", trace.Step(1, 1, 0, 0, 0, 0, 1, 0, -1.5f, 0));
        Assert.Equal([8, -7, 6, 0, 0, 0, 0, 0], trace.Weights);

        // One of four again, though the target is met: 0 goes, |g| grows 3, which starts at zero.
        Assert.Equal("11110000", trace.Step(2, 1, 0, 0, 0, 9, 0, 0, 0, 0));
        Assert.Equal([8, -7, 6, 0, 0, 0, 0, 0], trace.Weights);
    }

    [Fact]
    public void Granet_exchanges_by_a_cosine_to_the_end_of_training()
    {
        const int total = 100, count = 200;
        var random = new Random(2);
        float[] weights = [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() + 0.1f)];
        var options = Toys.Options("granet", 0.5, ("drop", "0.5")) with { UpdateEvery = 5, Distribution = "uniform" };
        var trace = new Trace(options, weights, totalSteps: total);
        for (int step = 0; step < total; step++)
        {
            // Every pruned weight has a gradient, no kept one: all that is dropped is replaced by another.
            string before = trace.Mask;
            float[] gradient = [.. before.Select((kept, i) => kept == '1' ? 0 : 1 + i)];
            string after = trace.Step(step, 0, gradient);
            int flips = before.Zip(after).Count(pair => pair.First != pair.Second);
            if (step <= 69) continue; // the ramp; after it the sparsity stays
            double share = 0.005 + (0.4950 / 2 * (1 + Math.Cos(Math.PI * step / total)));
            Assert.Equal(step % 5 == 0 ? 2 * (int)(share * 100) : 0, flips);
        }
    }

    [Fact]
    public void TopKast_trains_a_superset_under_its_two_penalties()
    {
        // D = 0.25: A = 2 of 8; B has density 0.25 + 0.5 x 0.75, 5 of 8.
        var options = Trace.Options("topkast", 0.75, 0, 9, 9, 1, ("explore", "0.5"), ("penalty", "0.5"));
        var trace = new Trace(options, [8, 7, 6, 5, 1, 1, 1, 1]);
        Assert.Equal("11000000", trace.Mask);

        Assert.Equal("00110000", trace.Step(0, 1, 1, 1, 1, 1, 1, 1, 1, 1));

        Assert.Equal([5, 4.5f, 13, 11, 3, 0, 0, 0], trace.Gradient); // 1 + 0.5 w, 1 + (0.5 / 0.25) w, 0
        Assert.Equal([3, 2.5f, -7, -6, -2, 1, 1, 1], trace.Weights);
        trace.Pruner.WriteEffective();
        Assert.Equal([0, 0, -7, -6, 0, 0, 0, 0], trace.Tensor.Effective.ToArray());
        Assert.Equal(ReferenceKind.Shadow, trace.Pruner.Reference);
    }
}
