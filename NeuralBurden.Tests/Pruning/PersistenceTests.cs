using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>What becomes of weights that are pruned but not gone.</summary>
public sealed class PersistenceTests
{
    private const int Steps = 40;

    public static TheoryData<string> Methods =>
        [.. MethodCatalog.BuiltIn.Presets.Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Once_masks_are_final_pruned_weights_rest_and_no_dense_gradient_is_asked_for(string method)
    {
        var options = Toys.Options(method);
        long last = MethodCatalog.BuiltIn.Check(options, Steps).Window.Stop;
        var tensors = Toys.Three();
        var pruner = Toys.Pruner(options, tensors, Steps);
        float[][] before = [];
        for (int step = 0; step < Steps; step++)
        {
            if (step == last + 1) before = [.. tensors.Select(tensor => tensor.Weights.ToArray())];
            if (step > last && method != "dense")
            {
                Assert.Equal(GradientNeed.Masked, pruner.GradientNeed(step));
                Assert.False(pruner.HasHiddenGradients);
            }

            Toys.TrainStep(pruner, new ToyAdamW(), step);
        }

        for (int t = 0; t < before.Length; t++)
        {
            for (int i = 0; i < before[t].Length; i++)
                Assert.True(tensors[t].Mask[i] || before[t][i] == tensors[t].Weights[i]);
        }
    }

    [Theory]
    [InlineData(0.25f)]
    [InlineData(0.5f)]
    [InlineData(1f)]
    public void Gamma_is_the_share_of_the_step_that_a_pruned_weight_makes_under_adam_too(float gamma)
    {
        // Small weights under large ones that rest stay pruned; their gradient is 0.01 at every step.
        var trace = Toys.Of("w", 1, 4, 100, 100, 0, 0);
        string text = gamma.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        var options = Trace.Options("pdwp", 0.5, 0, 0, 400, 1, ("gamma", text));
        var pruner = Toys.Pruner(options, [trace], 500);
        var adam = new ToyAdamW(rate: 0.01f, decay: 0);
        for (int step = 0; step < 400; step++)
        {
            pruner.WriteEffective();
            new float[] { 0, 0, 0.01f, 0.01f }.CopyTo(trace.Edit(TensorPart.Gradient));
            pruner.AfterBackward(step);
            pruner.BeforeOptimizer();
            adam.Update(trace, step, pruner);
            pruner.AfterOptimizer();
            pruner.Step(step);
        }

        // Adam's step under a constant gradient is the rate: full in step 0, where nothing is pruned yet.
        Assert.Equal(-0.01f * (1 + (gamma * 399)), trace.Weights[2], 0.01f);
    }

    [Fact]
    public void A_frozen_second_moment_keeps_its_bias_correction()
    {
        var tensor = Toys.Of("w", 1, 2, 100, 1);
        var options = Trace.Options("pdwp", 0.5, 0, 0, 400, 1, ("freeze_v_after", "5"));
        var pruner = Toys.Pruner(options, [tensor], 500);
        for (int step = 0; step < 400; step++)
        {
            Assert.Equal(step < 5 ? null : 5L, pruner.FrozenSecondMomentSteps);
            pruner.AfterBackward(step);
            pruner.Step(step);
        }
    }
}
