using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>Training with rounded factors, on ILGPU's emulation of the kernels.</summary>
[Collection(EmulatedCollection.Name)]
public sealed class RoundedTrainingTests : IDisposable
{
    private static readonly RunConfig Tiny = TrainingRuns.Small with
    {
        Data = new DataConfig { Name = "glyphs", TrainCount = 4, TestCount = 2 },
        Model = new ModelConfig { Dim = 8, Depth = 1, Heads = 2, MlpRatio = 2, Patch = 14 },
        Train = new TrainConfig { Epochs = 2, BatchSize = 4 },
        Burden = new BurdenConfig { ProbeImages = 0 },
    };

    private readonly TrainingRuns _runs = new();

    /// <summary>Eight bits of a factor are enough for the loss to hardly change, and too few for it to be the same.</summary>
    [Fact]
    public void Training_in_bfloat16_goes_nearly_as_in_float32_and_says_so()
    {
        var exact = _runs.Run(Tiny).Result;
        var rounded = _runs.Run(
            Tiny with { Device = "ilgpu-cpu", Train = Tiny.Train with { Precision = TrainPrecision.Bf16 } }).Result;

        Assert.InRange(Math.Abs(rounded.TestLoss - exact.TestLoss), 1e-6, 1e-2);
        Assert.Equal(("fp32", "bf16"), (exact.Precision, rounded.Precision));
    }

    public void Dispose() => _runs.Dispose();
}
