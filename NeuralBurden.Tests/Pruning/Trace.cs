using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Masks;
using NeuralBurden.Pruning.Presets;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.Tensors;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>
/// One tensor 'w' of one row (unless said otherwise) under a preset, driven by given gradients and plain SGD,
/// so that every number of a method can be worked out by hand.
/// </summary>
internal sealed class Trace
{
    public Trace(PruningOptions options, float[] weights, int rows = 1, long totalSteps = 100)
    {
        Tensor = Toys.Of("w", rows, weights.Length / rows, weights);
        Pruner = Toys.Pruner(options, [Tensor], totalSteps);
    }

    public HostPrunableTensor Tensor { get; }

    public Pruner Pruner { get; }

    public string Mask => Toys.Text(Tensor);

    public float[] Weights => Tensor.Weights.ToArray();

    /// <summary>Gradient as the optimizer saw it in the latest step.</summary>
    public float[] Gradient => Tensor.Gradient.ToArray();

    /// <summary>Options with times given in steps.</summary>
    public static PruningOptions Options(
        string method, double? sparsity, int start, int end, int stop, int every,
        params (string, string)[] parameters) =>
        Toys.Options(method, sparsity, parameters) with
        {
            Start = TrainingPoint.Step(start),
            End = TrainingPoint.Step(end),
            Stop = TrainingPoint.Step(stop),
            UpdateEvery = every,
            Distribution = "uniform",
        };

    /// <summary>One training step with w -= rate g; returns the mask after it.</summary>
    public string Step(long step, float rate, params float[] gradient)
    {
        Pruner.WriteEffective();
        gradient.CopyTo(Tensor.Edit(TensorPart.Gradient));
        Pruner.AfterBackward(step);
        Pruner.BeforeOptimizer();
        var weights = Tensor.Edit(TensorPart.Weights);
        for (int i = 0; i < weights.Length; i++) weights[i] -= rate * Tensor.Gradient[i];
        Pruner.AfterOptimizer();
        Pruner.Step(step);
        Pruner.CheckInvariants();
        return Mask;
    }

    /// <summary>A step whose gradient is zero.</summary>
    public string Rest(long step) => Step(step, 0, new float[Tensor.Count]);

    /// <summary>Sets the present mask (which a method may have drawn at random) and weights.</summary>
    public void Force(string mask, params float[] weights)
    {
        var bits = new Mask(Tensor.Rows, Tensor.Columns);
        for (int i = 0; i < mask.Length; i++) bits[i] = mask[i] == '1';
        var state = Pruner.Save();
        state.Put("mask.w", bits.Pack().AsSpan());
        Pruner.Restore(state);
        weights.CopyTo(Tensor.Edit(TensorPart.Weights));
    }

    public static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f);
    }
}
