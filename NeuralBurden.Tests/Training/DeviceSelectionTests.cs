using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Pruning;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Sparsity;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>Masks that a device selects where its weights are, against those that the host selects.</summary>
public abstract class DeviceSelectionTests : IDisposable
{
    private const int Steps = 40;

    private readonly Device _device;
    private readonly List<IDisposable> _owned = [];

    protected DeviceSelectionTests(Device device) => _device = device;

    /// <param name="magnitudes">Different ones among the weights: few of them tie a lot.</param>
    /// <param name="isUneven">Some matrices have weights so small that a global threshold would leave them next to none.</param>
    [Theory]
    [InlineData("pdwp", SparsityDistribution.Uniform, PruningScope.All, 1 << 20)]
    [InlineData("pdwp", SparsityDistribution.Uniform, PruningScope.Mlp, 3)]
    [InlineData("pdwp", SparsityDistribution.Global, PruningScope.All, 1 << 20)]
    [InlineData("pdwp", SparsityDistribution.Global, PruningScope.All, 1 << 20, true)]
    [InlineData("dpf", SparsityDistribution.Global, PruningScope.All, 2)]
    [InlineData("pdwp", SparsityDistribution.Erk, PruningScope.All, 1 << 20)]
    [InlineData("gmp", SparsityDistribution.Uniform, PruningScope.Attention, 1 << 20)]
    [InlineData("sr-ste", SparsityDistribution.Uniform, PruningScope.All, 1 << 20)]
    [InlineData("sr-ste", SparsityDistribution.Uniform, PruningScope.Attention, 2)]
    [InlineData("nm-2-4", SparsityDistribution.Uniform, PruningScope.Mlp, 1 << 20)]
    [InlineData("block", SparsityDistribution.Global, PruningScope.All, 1 << 20)]
    [InlineData("oneshot", SparsityDistribution.GlobalNormalised, PruningScope.All, 1 << 20)]
    [InlineData("dnw", SparsityDistribution.Global, PruningScope.All, 1 << 20)]
    [InlineData("dns", SparsityDistribution.Global, PruningScope.All, 1 << 20)]
    [InlineData("set", SparsityDistribution.Erk, PruningScope.All, 1 << 20)]
    [InlineData("topkast", SparsityDistribution.Uniform, PruningScope.All, 1 << 20)]
    public void Masks_are_those_that_the_host_selects(
        string method, SparsityDistribution distribution, PruningScope scope, int magnitudes, bool isUneven = false)
    {
        var (config, model) = Model(method, distribution, scope);
        var (pruner, arena) = Attach(config, model);
        Pruner expected = Attach(config, Fill(model, config, magnitudes, seed: 1, isUneven));
        for (int step = 0; step < 3; step++)
        {
            Fill(model, config, magnitudes, seed: step + 1, isUneven).Zip(expected.Tensors).ToList().ForEach(pair =>
            {
                pair.First.Weights.CopyTo(pair.Second.Edit(TensorPart.Weights));
            });
            pruner.Step(step);
            expected.Step(step);
            Assert.Equal(expected.Updates, pruner.Updates);
            Assert.All(expected.Tensors.Zip(arena.Tensors), pair => Assert.Equal(pair.First.Mask.Words, pair.Second.Mask.Words));
            pruner.CheckInvariants();
        }

        Assert.True(pruner.Sparsity > 0.5);
    }

    [Fact]
    public void The_device_answers_for_itself_and_leaves_weights_that_are_not_finite_to_the_host()
    {
        var (config, model) = Model("pdwp", SparsityDistribution.Uniform, PruningScope.All);
        var (pruner, arena) = Attach(config, model);
        Fill(model, config, 1 << 20, seed: 5);
        int[] keep = [.. arena.Tensors.Select(t => t.Count / 10)];
        ulong[] bits = new ulong[arena.Tensors.Sum(t => MaskWords.WordCount(t.Count))];
        Assert.True(arena.TryMarkLargest(keep, 0, bits));
        Assert.Equal(keep.Sum(), MaskWords.Count(bits));
        Assert.True(arena.TryMarkLargest([.. keep.Select((k, t) => t < 2 ? k : 0)], 77, bits));
        Assert.Equal(keep[0] + keep[1] + 77, MaskWords.Count(bits));

        var spoilt = arena.Tensors[1];
        spoilt.Edit(TensorPart.Weights)[3] = float.NaN;
        spoilt.Commit(TensorPart.Weights);
        Assert.False(arena.TryMarkLargest(keep, 0, bits));
        var error = Assert.Throws<PruningNumericException>(() => pruner.Step(0));
        Assert.Contains(spoilt.Name, error.Message, StringComparison.Ordinal);

        // The device's copies of the masks were overwritten, and are written again before they are used.
        spoilt.Edit(TensorPart.Weights)[3] = 1;
        spoilt.Commit(TensorPart.Weights);
        pruner.CheckInvariants();
    }

    public void Dispose()
    {
        for (int i = _owned.Count - 1; i >= 0; i--) _owned[i].Dispose();
        _device.Dispose();
        GC.SuppressFinalize(this);
    }

    private (RunConfig Config, VisionTransformer Model) Model(
        string method, SparsityDistribution distribution, PruningScope scope)
    {
        var config = TrainingRuns.Small with
        {
            // Matrices whose masks end within a word.
            Model = TrainingRuns.Small.Model with { Dim = 12, Depth = 2, Heads = 2 },
            Pruning = new PruningConfig
            {
                Method = method,
                Sparsity = 0.8,
                Scope = scope,
                Distribution = distribution,
                Start = Duration.Steps(0),
                End = Duration.Steps(0),
                Stop = Duration.Percent(100),
                UpdateEvery = Duration.Steps(1),
            },
        };
        var data = DatasetCatalog.Load("glyphs", new DataOptions { TrainCount = 20, TestCount = 10 }).Train;
        var model = Own(RunEngine.CreateModel(_device, config, data));
        return (config, model);
    }

    private (Pruner Pruner, PrunableArena Arena) Attach(RunConfig config, VisionTransformer model)
    {
        Fill(model, config, 1 << 20, seed: 9);
        var optimizer = Own(Optimizer.Create(_device, model.Parameters, config.Optim));
        var gates = Own(new GroupGates(_device, model.Shape));
        var (pruner, arena) = PruningSetup.Attach(
            _device, model, optimizer, config, Steps, Steps, MethodCatalog.BuiltIn, gates,
            new SparsePolicy(_device, SparseMode.Never));
        Own(arena);
        foreach (var tensor in arena.Tensors) Own(tensor.Pruned);
        return (pruner, arena);
    }

    private static Pruner Attach(RunConfig config, IReadOnlyList<HostPrunableTensor> tensors) =>
        MethodCatalog.BuiltIn.CreatePruner(PruningSetup.Options(config, Steps, Steps), tensors, [], Steps, (ulong)config.Seed);

    /// <summary>New weights on the device, and the same on the host.</summary>
    private HostPrunableTensor[] Fill(VisionTransformer model, RunConfig config, int magnitudes, int seed, bool isUneven = false)
    {
        var random = new Random(seed);
        return [.. PruningSetup.Names(model.Shape, config.Pruning.Scope).Select((name, t) =>
        {
            float scale = isUneven && t % 3 == 1 ? 1e-4f : 1;
            var parameter = model.Parameters[name];
            var host = HostPrunableTensor.Allocate(name, parameter.Shape[0], parameter.Shape[1]);
            foreach (ref float w in host.Edit(TensorPart.Weights))
                w = (random.Next(2) == 0 ? -scale : scale) * random.Next(1, magnitudes + 1) / magnitudes;
            _device.Upload(host.Weights, parameter.Weights);
            return host;
        })];
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
