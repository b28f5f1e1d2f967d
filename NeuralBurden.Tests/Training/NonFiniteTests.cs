using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>Training that diverges says where, and can be told to go on.</summary>
public sealed class NonFiniteTests : IDisposable
{
    // A learning rate that overflows after some steps, whatever the gradient.
    private static readonly RunConfig Diverging = TrainingRuns.Small with
    {
        Optim = new OptimConfig
        {
            Optimizer = OptimizerKind.Sgd,
            Lr = 10,
            WeightDecay = 10,
            ClipNorm = 0,
            Warmup = Duration.Steps(0),
            Schedule = LearningRateSchedule.Constant,
        },
        Train = new TrainConfig { Epochs = 8, BatchSize = 64, CheckpointEvery = Duration.Steps(1) },
        Burden = new BurdenConfig { ProbeImages = 0 },
    };

    private readonly TrainingRuns _runs = new();

    [Fact]
    public void A_gradient_that_is_not_finite_stops_with_step_layer_and_last_good_checkpoint()
    {
        var folder = _runs.Folder(Diverging);

        var error = Assert.Throws<NonFiniteException>(() => TrainingRuns.Continue(folder));

        Assert.True(error.Step > 0);
        Assert.NotNull(error.Layer);
        Assert.Contains($"step {error.Step} ", error.Message);
        Assert.Contains(error.Layer, error.Message);
        Assert.EndsWith($"step-{error.Step:D8}.safetensors", error.Checkpoint);
        Assert.True(File.Exists(error.Checkpoint));
    }

    [Fact]
    public void Steps_may_be_left_out_up_to_the_number_allowed()
    {
        // The weights overflow at that step's forward pass for good: every later step is left out as well.
        int first = Assert.Throws<NonFiniteException>(() => _runs.Run(Diverging)).Step;
        var patient = Diverging with { Train = Diverging.Train with { SkipNonfinite = 3 } };

        var error = Assert.Throws<NonFiniteException>(() => _runs.Run(patient));

        Assert.Equal(first + 3, error.Step);
        Assert.Contains("last good checkpoint", error.Message);
    }

    public void Dispose() => _runs.Dispose();
}
