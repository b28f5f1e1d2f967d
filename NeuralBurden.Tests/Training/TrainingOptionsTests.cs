using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Tests.Data;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>Averages, accumulation, early stopping and augmentation in whole runs.</summary>
public sealed class TrainingOptionsTests : IDisposable
{
    private static readonly RunConfig Base = TrainingRuns.Small with
    {
        Data = TrainingRuns.Small.Data with { TrainCount = 320, TestCount = 100 },
        Pruning = new PruningConfig { Method = "pdwp", Sparsity = 0.6, UpdateEvery = Duration.Steps(2) },
        Train = new TrainConfig { Epochs = 4, BatchSize = 32, CheckpointEvery = Duration.Steps(3) },
        Burden = new BurdenConfig { ProbeImages = 0 },
    };

    private static readonly RunConfig Everything = Base with
    {
        Optim = Base.Optim with { Ema = 0.99 },
        Augment = new AugmentConfig
        {
            CropPadding = 2,
            HorizontalFlip = true,
            Mixup = 0.8,
            Cutmix = 1,
            RandomErasing = 0.25,
            RandAugment = 2,
        },
        Train = Base.Train with { Accumulate = 4, Validation = 0.2, EarlyStopping = 50, LabelSmoothing = 0.1 },
    };

    private readonly TrainingRuns _runs = new();

    [Fact]
    public void Everything_at_once_survives_a_crash_bit_by_bit_and_does_not_depend_on_threads()
    {
        var (result, whole) = _runs.Run(Everything);
        var stopped = _runs.Folder(Everything);
        var crash = new ProgressAction(p =>
        {
            if (p is { Step: 16, Phase: TrainingPhase.Training, Notice: null }) throw new InvalidProgramException();
        });

        Assert.Throws<InvalidProgramException>(() => TrainingRuns.Continue(stopped, progress: crash));
        TrainingRuns.Continue(stopped, threads: 2);

        Assert.Equal(TrainingRuns.Columns(whole), TrainingRuns.Columns(stopped));
        Assert.Equal(File.ReadAllBytes(whole.CheckpointPath), File.ReadAllBytes(stopped.CheckpointPath));
        Assert.Equal(File.ReadAllBytes(whole.AverageCheckpointPath), File.ReadAllBytes(stopped.AverageCheckpointPath));
        Assert.NotNull(result.EmaTestAccuracy);
        Assert.NotNull(result.ValidationLoss);
    }

    [Fact]
    public void The_average_is_evaluated_and_stored_under_the_mask_and_leaves_training_alone()
    {
        var (plain, without) = _runs.Run(Base);
        var (result, folder) = _runs.Run(Base with { Optim = Base.Optim with { Ema = 0.9 } });

        Assert.Equal(File.ReadAllBytes(Weights(without)), File.ReadAllBytes(Weights(folder)));
        Assert.Equal(plain.TestLoss, result.TestLoss);
        Assert.NotEqual(result.TestLoss, result.EmaTestLoss);
        var average = Checkpoint.Load(folder.AverageCheckpointPath);
        long zeros = 0;
        foreach (var matrix in result.Matrices)
        {
            Assert.True(average.TryGet(matrix.Name, out var tensor));
            foreach (float w in average.Floats(matrix.Name, [.. tensor.Shape])) zeros += w == 0 ? 1 : 0;
        }

        Assert.Equal(result.Sparsity, (double)zeros / result.Matrices.Sum(m => m.Count), 12);
        var evaluation = new RunEngine(MethodCatalog.BuiltIn).Evaluate(
            folder.Config, folder.AverageCheckpointPath, new RunOptions { Threads = 1 }, default);
        Assert.Equal(result.EmaTestLoss!.Value, evaluation.Loss, 1e-6);

        // The config in the metadata differs; the weights alone must not.
        string Weights(RunFolder run)
        {
            var model = Checkpoint.Load(run.CheckpointPath);
            string copy = Path.Combine(run.Path, "weights.bin");
            using var stream = File.Create(copy);
            foreach (string name in model.Names)
            {
                Assert.True(model.TryGet(name, out var tensor));
                if (tensor.TryValues(out ReadOnlySpan<float> values))
                    stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values));
            }

            return copy;
        }
    }

    [Fact]
    public void The_average_follows_its_recurrence()
    {
        var config = Base with { Optim = Base.Optim with { Ema = 0.8 } };
        using var setup = new TrainerSetup(config);
        double[] expected = setup.Weights().ToArray();
        for (int step = 0; step < 30; step++)
        {
            setup.Trainer.Step();
            double t = step + 1, decay = Math.Min(0.8, (1 + t) / (10 + t));
            double[] weights = setup.Weights();
            for (int i = 0; i < expected.Length; i++) expected[i] = (decay * expected[i]) + ((1 - decay) * weights[i]);
        }

        double[] raw = setup.Weights();
        setup.Trainer.ExchangeAverage();
        double[] average = setup.Weights();
        setup.Trainer.ExchangeAverage();

        Assert.Equal(raw, setup.Weights());
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], average[i], 1e-5);
        Assert.Contains(average.Zip(raw), pair => Math.Abs(pair.First - pair.Second) > 1e-4);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(32)]
    public void Accumulated_parts_step_like_the_whole_batch(int parts)
    {
        // SGD: Adam divides by the size of tiny gradients and blows rounding up.
        var config = Base with
        {
            Pruning = new PruningConfig { Method = "dense" },
            Optim = new OptimConfig { Optimizer = OptimizerKind.Sgd, Lr = 0.05, Warmup = Duration.Steps(0) },
            Augment = Everything.Augment,
        };
        using var whole = new TrainerSetup(config);
        using var split = new TrainerSetup(config with { Train = config.Train with { Accumulate = parts } });
        double[] start = whole.Weights();

        for (int step = 0; step < 10; step++)
        {
            whole.Trainer.Step();
            split.Trainer.Step();
        }

        double[] one = whole.Weights(), many = split.Weights();
        double moved = start.Zip(one).Max(p => Math.Abs(p.First - p.Second));
        double apart = one.Zip(many).Max(p => Math.Abs(p.First - p.Second));
        Assert.True(moved > 1e-3, $"moved {moved}");
        Assert.True(apart < 2e-5, $"apart {apart} of {moved}");
        Assert.Equal(whole.Trainer.Recent(10).Loss, split.Trainer.Recent(10).Loss, 1e-5);
    }

    [Fact]
    public void A_steady_step_with_everything_on_allocates_nothing()
    {
        using var setup = new TrainerSetup(Everything with { Train = Everything.Train with { Validation = 0 } });
        for (int i = 0; i < 32; i++) setup.Trainer.Step();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 8; i++) setup.Trainer.Step();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Crops_made_on_the_host_are_those_of_the_device()
    {
        var onDevice = Base with { Augment = new AugmentConfig { CropPadding = 3, HorizontalFlip = true } };
        // So unlikely that it never happens, but it takes every image through the host.
        var onHost = onDevice with { Augment = onDevice.Augment with { RandomErasing = 1e-12 } };

        Assert.Equal(TrainingRuns.Columns(_runs.Run(onDevice).Folder), TrainingRuns.Columns(_runs.Run(onHost).Folder));
    }

    [Fact]
    public void Training_stops_after_the_given_epochs_without_improvement_at_the_target_sparsity()
    {
        // Nothing is learnt: the accuracy of the first epoch is never beaten.
        var config = Base with
        {
            Optim = Base.Optim with { Lr = 1e-12 },
            Pruning = new PruningConfig { Method = "gmp", Sparsity = 0.5, Start = Duration.Steps(0), End = Duration.Epochs(2) },
            Train = Base.Train with
            {
                Epochs = 20,
                Validation = 0.25,
                EarlyStopping = 3,
                EarlyStoppingMetric = EarlyStoppingMetric.Accuracy,
            },
        };
        var (result, folder) = _runs.Run(config);
        string[] epochs = TrainingRuns.Columns(folder);

        Assert.True(result.StoppedEarly);
        Assert.Equal(epochs.Length, result.Epochs);
        Assert.InRange(epochs.Length, 5, 12);
        Assert.DoesNotContain("stale_epochs", epochs[0]);
        Assert.Contains("stale_epochs=3", epochs[^1]);
        Assert.All(epochs[..^1], line => Assert.DoesNotContain("stale_epochs=3", line));
        Assert.Equal(0.5, result.Sparsity, 0.001);
        TrainingRuns.Continue(folder);
        Assert.Equal(epochs, TrainingRuns.Columns(folder));
    }

    [Fact]
    public void Held_out_images_are_evaluated_when_the_test_set_is()
    {
        var (_, folder) = _runs.Run(Base with
        {
            Train = Base.Train with { Epochs = 3, EvalEvery = 2, Validation = 0.25 },
        });
        string[] epochs = TrainingRuns.Columns(folder);

        Assert.Equal([false, true, true], epochs.Select(e => e.Contains("validation_loss")));
        Assert.Equal([false, true, true], epochs.Select(e => e.Contains("test_loss")));
    }

    [Fact]
    public void Held_out_images_are_spread_over_a_sorted_set_and_not_trained_on()
    {
        ushort[] labels = [.. Enumerable.Range(0, 100).Select(i => (ushort)(i / 25))];
        byte[] pixels = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        var data = new ImageDataset("sorted", 1, 1, 1, ["a", "b", "c", "d"], pixels, labels);

        var (kept, heldOut) = data.HoldOut(20);

        Assert.Equal(5, heldOut.Labels.ToArray().Count(l => l == 2));
        Assert.Equal(pixels, kept.AllPixels().Concat(heldOut.AllPixels()).Order());
        Assert.Equal(data.Mean, kept.Mean);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.HoldOut(100));
    }

    [Theory]
    [InlineData("train.accumulate", "5", "does not divide")]
    [InlineData("train.early_stopping", "3", "train.validation")]
    public void Options_that_contradict_each_other_are_refused(string key, string value, string reason)
    {
        var config = ConfigFields.Find(key)!.Set(Base, value);

        var error = Assert.Throws<SettingException>(() => ConfigRules.Check(config));

        Assert.Equal(key, error.Key);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Options_left_off_keep_the_hash_that_stored_runs_have()
    {
        var on = Base with { Optim = Base.Optim with { Ema = 0.9 } };

        Assert.NotEqual(ConfigText.Hash(Base), ConfigText.Hash(on));
        Assert.Equal(ConfigText.Hash(Base), ConfigText.Hash(on with { Optim = Base.Optim with { Ema = 0 } }));
    }

    public void Dispose() => _runs.Dispose();

    private sealed class TrainerSetup : IDisposable
    {
        // One thread, so that a thread's count of bytes is the whole step's.
        private readonly Device _device = new CpuDevice(1);
        private readonly VisionTransformer _model;
        private readonly DeviceImages _images;

        public TrainerSetup(RunConfig config)
        {
            var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 320, TestCount = 10 }).Train;
            _model = RunEngine.CreateModel(_device, config, data);
            Initialization.Apply(_device, _model.Parameters, config.Seed);
            _images = new DeviceImages(_device, data, config.Train.BatchSize, data.Mean, data.Std);
            Trainer = new Trainer(_device, config, _model, _images, MethodCatalog.BuiltIn);
        }

        public Trainer Trainer { get; }

        public double[] Weights() => [.. HostCopy.Of(_device, _model.Parameters.Weights).Select(w => (double)w)];

        public void Dispose()
        {
            Trainer.Dispose();
            _images.Dispose();
            _model.Dispose();
            _device.Dispose();
        }
    }
}
