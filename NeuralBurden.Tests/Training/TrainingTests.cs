using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>Whole runs: they learn, prune to the target, repeat bitwise, and leave a usable model.</summary>
public sealed class TrainingTests : IDisposable
{
    private static readonly RunConfig Pruned = TrainingRuns.Small with
    {
        Pruning = new PruningConfig { Method = "pdwp", Sparsity = 0.8, UpdateEvery = Duration.Steps(4) },
        Tokens = new TokensConfig { Merge = TokensConfig.SinglePass, R = TokenQuantity.Count(4) },
    };

    private readonly TrainingRuns _runs = new();

    [Fact]
    public void A_dense_run_learns()
    {
        var (result, _) = _runs.Run(TrainingRuns.Small with { Train = TrainingRuns.Small.Train with { Epochs = 40 } });

        // Ten classes: chance is 0.1.
        Assert.True(result.TestAccuracy > 0.3, $"test accuracy {result.TestAccuracy}");
        Assert.Equal(0, result.Sparsity);
        Assert.False(result.Simulated);
        Assert.Equal(result.MacsPerImageExecuted, result.MacsPerImageTheoretical);
    }

    [Theory]
    [InlineData("pdwp")]
    [InlineData("gmp")]
    public void A_pruned_run_reaches_its_target_in_the_effective_weights(string method)
    {
        var (result, folder) = _runs.Run(Pruned with { Pruning = Pruned.Pruning with { Method = method } });

        Assert.Equal(0.8, result.Sparsity, 0.001);
        Assert.True(result.MacsPerImageTheoretical < result.MacsPerImageExecuted);
        Assert.Equal(13, result.TokensPerLayer[^1]);
        var model = Checkpoint.Load(folder.CheckpointPath);
        long zeros = 0, all = 0;
        foreach (var matrix in result.Matrices)
        {
            int[] shape = [.. ((NamedTensor)Tensor(model, matrix.Name)).Shape];
            foreach (float w in model.Floats(matrix.Name, shape)) zeros += w == 0 ? 1 : 0;
            all += matrix.Count;
        }

        Assert.Equal(result.Sparsity, (double)zeros / all, 12);
    }

    [Theory]
    [InlineData("gmp")]
    [InlineData("pdwp")]
    [InlineData("rigl")]
    [InlineData("str")]
    public void Stored_bytes_are_those_of_a_model_to_ship_a_pruned_one_being_far_smaller(string method)
    {
        var model = new ModelConfig { Dim = 32, Depth = 2, Heads = 2, MlpRatio = 4, Patch = 14 };
        var config = Pruned with { Tokens = new TokensConfig(), Model = model, Train = Pruned.Train with { Epochs = 2 } };
        var (dense, _) = _runs.Run(config with { Pruning = new PruningConfig { Method = "dense" } });

        var (pruned, folder) = _runs.Run(config with { Pruning = config.Pruning with { Method = method, Sparsity = 0.9 } });

        Assert.Equal(new FileInfo(folder.CheckpointPath).Length, pruned.StoredBytes);
        long saved = (4 * pruned.Matrices.Sum(m => m.Count - m.Kept)) - (pruned.Matrices.Sum(m => m.Count) / 8);
        // Names and checksums of two more tensors a matrix.
        Assert.InRange(pruned.StoredBytes - (dense.StoredBytes - saved), 0, 5000);
        Assert.True(pruned.StoredBytes < 0.4 * dense.StoredBytes, $"{pruned.StoredBytes} of {dense.StoredBytes}");
        using var state = SafetensorsReader.Open(CheckpointPair.StateOf(folder.CheckpointPath));
        Assert.DoesNotContain(state.Names, n => CheckpointKeys.PrefixOf(n) is "" or CheckpointKeys.Mask);
    }

    [Fact]
    public void The_same_config_gives_the_same_bits_again_and_with_more_threads()
    {
        string[] first = TrainingRuns.Columns(_runs.Run(Pruned).Folder);

        Assert.Equal(first, TrainingRuns.Columns(_runs.Run(Pruned).Folder));
        Assert.Equal(first, TrainingRuns.Columns(_runs.Run(Pruned, threads: 2).Folder));
        Assert.NotEqual(first, TrainingRuns.Columns(_runs.Run(Pruned with { Seed = 6 }).Folder));
    }

    [Fact]
    public void A_stored_model_evaluates_to_the_accuracy_of_its_run()
    {
        var (result, folder) = _runs.Run(Pruned);

        var evaluation = new RunEngine(MethodCatalog.BuiltIn).Evaluate(
            Pruned, folder.CheckpointPath, new RunOptions { Threads = 1 }, default);

        Assert.Equal(result.TestAccuracy, evaluation.Accuracy, 12);
        Assert.Equal(result.TestLoss, evaluation.Loss, 1e-6);
        Assert.Equal(200 * 10, evaluation.Logits.Length);
    }

    [Fact]
    public void Burden_is_measured_against_the_shadow_and_vanishes_without_a_mask()
    {
        var (dense, _) = _runs.Run(TrainingRuns.Small);
        var (pruned, folder) = _runs.Run(Pruned);

        Assert.Equal(0, dense.Burden);
        Assert.True(pruned.Burden > 0.01, $"burden {pruned.Burden}");
        var last = BurdenRecords.Read(Path.Combine(folder.Path, RunFolder.BurdenFile))[^1];
        Assert.Equal(BurdenReference.Shadow, last.Reference);
        Assert.True(last.SynapseLoadRatio!.Value.P50 > 1);
    }

    [Fact]
    public void Snip_ranks_by_a_gradient_that_says_something()
    {
        var (result, _) = _runs.Run(TrainingRuns.Small with
        {
            Pruning = new PruningConfig { Method = "snip", Sparsity = 0.8 },
            Burden = new BurdenConfig { ProbeImages = 0 },
        });

        // All scores zero, as before the first step, would keep the first matrices and empty the others.
        Assert.All(result.Matrices, m => Assert.InRange(m.Kept, 0.05 * m.Count, 0.6 * m.Count));
        Assert.Equal(0.8, result.Sparsity, 3);
    }

    [Fact]
    public void A_cancelled_run_stops_at_the_next_step_and_leaves_no_result()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => _runs.Run(TrainingRuns.Small, cancellation: source.Token));
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), "result.json"));
    }

    [Theory]
    [InlineData("patch")]
    [InlineData("r")]
    [InlineData("batch")]
    [InlineData("limit")]
    public void A_config_that_does_not_fit_the_data_is_refused_before_training(string what)
    {
        var config = what switch
        {
            "patch" => TrainingRuns.Small with { Model = TrainingRuns.Small.Model with { Patch = 5 } },
            "r" => Pruned with { Tokens = Pruned.Tokens with { R = TokenQuantity.Count(9) } },
            "batch" => TrainingRuns.Small with { Train = TrainingRuns.Small.Train with { BatchSize = 1000 } },
            _ => TrainingRuns.Small with { Train = TrainingRuns.Small.Train with { Limit = 641 } },
        };

        var error = Assert.Throws<SettingException>(() => _runs.Run(config));

        string key = what switch
        {
            "patch" => "model.patch",
            "r" => "tokens.r",
            "batch" => "train.batch_size",
            _ => "train.limit",
        };
        Assert.Equal(key, error.Key);
        if (what == "r") Assert.Contains("at most 8", error.Message);
    }

    [Fact]
    public void A_steady_step_allocates_nothing_on_the_managed_heap()
    {
        var config = Pruned with
        {
            Model = Pruned.Model with { Dim = 128, Heads = 4 },
            Train = Pruned.Train with { Check = false },
        };
        var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 640, TestCount = 10 });
        // One thread, so that this thread's count is the whole step's; the test host itself allocates in the background.
        using var device = new CpuDevice(1);
        using var model = RunEngine.CreateModel(device, config, data.Train);
        Vit.Model.Initialization.Apply(device, model.Parameters, 1);
        using var images = new DeviceImages(device, data.Train, 64, data.Train.Mean, data.Train.Std);
        using var trainer = new Trainer(device, config, model, images, MethodCatalog.BuiltIn);
        for (int i = 0; i < 12; i++) trainer.Step();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 25; i++) trainer.Step();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(allocated == 0, $"{allocated} bytes in 25 steps");
    }

    public void Dispose() => _runs.Dispose();

    private static NamedTensor Tensor(Checkpoint model, string name) =>
        model.TryGet(name, out var tensor) ? tensor : throw new InvalidDataException(name);
}
