using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Scale;

public class ExchangeTests
{
    private const int Steps = 12;

    // Plain gradient descent: its update is as precise as the gradient, where Adam's divides by what may be rounding.
    private static readonly RunConfig Base = TrainingRuns.Small with
    {
        Pruning = new PruningConfig { Method = "pdwp", Sparsity = 0.8, UpdateEvery = Duration.Steps(3) },
        Optim = new OptimConfig { Optimizer = OptimizerKind.Sgd, Lr = 0.05, ClipNorm = 1, Ema = 0.9 },
        Train = new TrainConfig { Epochs = 2, BatchSize = 32, LabelSmoothing = 0.1 },
        Augment = new AugmentConfig { CropPadding = 2, HorizontalFlip = true },
    };

    [Theory]
    [InlineData("crop and mirror", 2)]
    [InlineData("crop and mirror", 4)]
    [InlineData("parts", 2)]
    [InlineData("mixed images", 2)]
    [InlineData("random merging", 2)]
    [InlineData("growth by gradient", 2)]
    [InlineData("movement", 4)]
    [InlineData("drop path in parts", 2)]
    [InlineData("gates of heads", 4)]
    [InlineData("gates of units in parts", 2)]
    public void Ranks_end_with_the_masks_and_weights_of_one_process(string name, int ranks)
    {
        var config = name switch
        {
            "parts" => Base with { Train = Base.Train with { Accumulate = 4 } },
            "mixed images" => Base with { Augment = Base.Augment with { Mixup = 0.4, RandomErasing = 0.5 } },
            "random merging" => Base with
            {
                Tokens = new TokensConfig { Merge = "random-pairs", R = TokenQuantity.Share(0.25) },
            },
            "growth by gradient" => Base with { Pruning = Base.Pruning with { Method = "rigl" } },
            "drop path in parts" => Base with { Train = Base.Train with { DropPath = 0.5, Accumulate = 4 } },
            "gates of heads" => Base with { Pruning = Gates("heads") },
            "gates of units in parts" => Base with
            {
                Pruning = Gates("mlp-units"),
                Train = Base.Train with { Accumulate = 4 },
            },
            "movement" => Base with { Pruning = Base.Pruning with { Method = "movement" } },
            _ => Base,
        };
        var alone = Train(config, null);
        var meeting = new ThreadExchange.Meeting(ranks);
        var exchanges = Enumerable.Range(0, ranks).Select(r => new ThreadExchange(meeting, r)).ToArray();
        var threads = exchanges
            .Select(e => Task.Factory.StartNew(() => Train(config, e), TaskCreationOptions.LongRunning)).ToArray();
        var ends = threads.Select(t => t.GetAwaiter().GetResult()).ToArray();

        Assert.All(ends, end => Assert.Equal(ends[0].Weights, end.Weights));
        Assert.All(ends, end => Assert.Equal(alone.Masks, end.Masks));
        Assert.All(ends, end => Assert.Equal(ends[0].Loss, end.Loss));
        Assert.Equal(alone.Loss, ends[0].Loss, 1e-5);
        for (int i = 0; i < alone.Weights.Length; i++)
            Assert.True(Math.Abs(alone.Weights[i] - ends[0].Weights[i]) < 1e-5, $"{name}: weight {i}");
        // Last block first, everything else last.
        int[] first = [.. exchanges[0].Buckets.Take(config.Model.Depth + 1)];
        Assert.Equal(first[..^1].OrderDescending(), first[..^1]);
        Assert.Equal(first.Max(), first[^1]);
    }

    private static PruningConfig Gates(string method) => Base.Pruning with
    {
        Method = method,
        Sparsity = 0.5,
        Scope = PruningScope.All,
        Parameters = MethodParameters.Empty.With("criterion", "gate"),
    };

    [Fact]
    public void Exchange_allocates_nothing_in_a_steady_step_and_changes_nothing_where_there_is_one_rank()
    {
        var config = Base with { Train = Base.Train with { Accumulate = 2 } };
        var lone = new ThreadExchange(new ThreadExchange.Meeting(1), 0);

        var with = Train(config, lone);
        var without = Train(config, null);

        Assert.Equal(without.Weights, with.Weights);
        Assert.True(with.Allocated == 0, $"{with.Allocated} bytes");
    }

    private static (float[] Weights, ulong[] Masks, double Loss, long Allocated) Train(
        RunConfig config, IGradientExchange? exchange)
    {
        var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 640, TestCount = 10 });
        using var device = new CpuDevice(1);
        using var model = RunEngine.CreateModel(device, config, data.Train);
        Vit.Model.Initialization.Apply(device, model.Parameters, 1);
        using var images = new DeviceImages(device, data.Train, 32, data.Train.Mean, data.Train.Std);
        using var trainer = new Trainer(device, config, model, images, MethodCatalog.BuiltIn, exchange: exchange);
        for (int i = 0; i < Steps; i++) trainer.Step();
        double loss = trainer.Recent(Steps).Loss;
        Assert.True(trainer.AgreesOnState());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Steps / 2; i++) trainer.Step();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        float[] weights = HostCopy.Of(device, model.Parameters.Weights);
        ulong[] masks = [.. trainer.Pruner!.Tensors.SelectMany(t => t.Mask.Words.ToArray())];
        return (weights, masks, loss, allocated);
    }
}
