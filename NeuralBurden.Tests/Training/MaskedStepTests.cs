using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>What the optimizer does under a mask, worked out by plain loops from weights and moments.</summary>
public sealed class MaskedStepTests : IDisposable
{
    private const double Rate = 0.05;

    private readonly Device _device = new CpuDevice(1);
    private readonly List<IDisposable> _owned = [];

    [Theory]
    [InlineData("dnw", 1)]
    [InlineData("sr-ste", 1)]
    [InlineData("gmp", 1)]
    [InlineData("dnw", 4)]
    public void Clipping_counts_the_gradients_of_the_network_that_runs(string method, int accumulate)
    {
        const double clip = 0.05;
        var (trainer, model) = Setup(new RunConfig
        {
            Pruning = new PruningConfig { Method = method, Start = Duration.Steps(0), End = Duration.Steps(0) },
            Optim = Sgd with { ClipNorm = clip },
            Train = new TrainConfig { Epochs = 2, BatchSize = 32, Accumulate = accumulate },
        });
        for (int step = 0; step < 8; step++)
        {
            var before = Weights(model);
            var masks = trainer.Pruner!.Tensors.ToDictionary(t => t.Name, t => t.Mask.Words.ToArray());
            trainer.Step();
            if (step == 0) continue; // gmp zeroes what it prunes here
            double squares = 0, hidden = 0;
            foreach (var parameter in model.Parameters.All)
            {
                float[] old = before[parameter.Name], now = HostCopy.Of(_device, parameter.Weights);
                for (int i = 0; i < now.Length; i++)
                {
                    double change = now[i] - old[i];
                    bool kept = !masks.TryGetValue(parameter.Name, out ulong[]? words)
                        || ((words[i / 64] >> (i % 64)) & 1) != 0;
                    if (kept) squares += change * change;
                    else hidden += change * change;
                }
            }

            // Weight decay and momentum are off, so that a clipped step is as long as rate x maximum.
            Assert.Equal(Rate * clip, Math.Sqrt(squares), Rate * clip * 0.02);
            if (method != "gmp" && step > 3) Assert.True(hidden > 0, "no gradient reached a pruned weight");
        }
    }

    [Fact]
    public void A_frozen_second_moment_keeps_its_bias_correction_and_is_that_of_masked_matrices_alone()
    {
        const int frozenAfter = 4;
        var (trainer, model) = Setup(new RunConfig
        {
            Pruning = new PruningConfig
            {
                Method = "pdwp",
                Scope = PruningScope.Mlp,
                Start = Duration.Steps(2),
                Parameters = MethodParameters.Empty.With("freeze_v_after", $"{frozenAfter}"),
            },
            Optim = Sgd with { Optimizer = OptimizerKind.AdamW },
            Train = new TrainConfig { Epochs = 2, BatchSize = 32 },
        });
        for (int step = 0; step < frozenAfter; step++) trainer.Step();
        var first = Moments(trainer);
        for (int step = frozenAfter; step < 20; step++)
        {
            var before = Weights(model);
            trainer.Step();
            foreach (var tensor in trainer.Pruner!.Tensors)
            {
                ReadOnlySpan<float> m = tensor.Read(TensorPart.FirstMoment), v = tensor.Read(TensorPart.SecondMoment);
                for (int i = 0; i < m.Length; i++)
                {
                    double mean = m[i] / (1 - Math.Pow(0.9, step + 1));
                    double root = Math.Sqrt(v[i] / (1 - Math.Pow(0.999, frozenAfter))) + 1e-8;
                    double expected = before[tensor.Name][i] - (Rate * mean / root);
                    Assert.Equal(expected, tensor.Weights[i], 1e-5 + (1e-4 * Math.Abs(Rate * mean / root)));
                }
            }
        }

        var last = Moments(trainer);
        var masked = trainer.Pruner!.Tensors.Select(t => t.Name).ToHashSet();
        Assert.Contains("blocks.0.mlp.fc1.weight", masked);
        foreach (var (name, values) in first) Assert.Equal(masked.Contains(name), values.SequenceEqual(last[name]));
    }

    public void Dispose()
    {
        for (int i = _owned.Count - 1; i >= 0; i--) _owned[i].Dispose();
        _device.Dispose();
    }

    private static OptimConfig Sgd => new()
    {
        Optimizer = OptimizerKind.Sgd,
        Lr = Rate,
        Momentum = 0,
        WeightDecay = 0,
        Warmup = Duration.Steps(0),
        Schedule = LearningRateSchedule.Constant,
        ClipNorm = 0,
    };

    private (Trainer Trainer, VisionTransformer Model) Setup(RunConfig config)
    {
        config = config with { Seed = 3, Model = TrainingRuns.Small.Model };
        var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 640, TestCount = 10 }).Train;
        var model = Own(RunEngine.CreateModel(_device, config, data));
        Initialization.Apply(_device, model.Parameters, config.Seed);
        var images = Own(new DeviceImages(_device, data, config.Train.BatchSize, data.Mean, data.Std));
        return (Own(new Trainer(_device, config, model, images, MethodCatalog.BuiltIn)), model);
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private Dictionary<string, float[]> Weights(VisionTransformer model) =>
        model.Parameters.All.ToDictionary(p => p.Name, p => HostCopy.Of(_device, p.Weights));

    private static Dictionary<string, float[]> Moments(Trainer trainer)
    {
        const string prefix = CheckpointKeys.Optimizer + "v.";
        var checkpoint = new Checkpoint(CheckpointKind.Training, new CheckpointInfo(0, 0, 0, 0, "", "", ""));
        trainer.AddTo(checkpoint);
        return checkpoint.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(
            name => name[prefix.Length..],
            name => checkpoint.TryGet(name, out var tensor) && tensor.TryValues(out ReadOnlySpan<float> values)
                ? values.ToArray()
                : []);
    }
}
