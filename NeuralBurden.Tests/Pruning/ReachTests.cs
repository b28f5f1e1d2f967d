using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Distributions;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Patterns;
using NeuralBurden.Pruning.Selection;
using NeuralBurden.Pruning.State;
using NeuralBurden.Pruning.Tensors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>A sparsity that cannot be reached is refused before training, with what can.</summary>
public sealed class ReachTests
{
    [Fact]
    public void What_is_foretold_is_what_selection_comes_to_in_any_matrices()
    {
        var random = new Random(20261127);
        for (int trial = 0; trial < 200; trial++)
        {
            var tensors = Tensors(random);
            Distribution distribution = random.Next(3) switch
            {
                0 => new GlobalDistribution(),
                1 => new UniformDistribution(),
                _ => new ErkDistribution(),
            };
            Pattern pattern = random.Next(3) switch
            {
                0 => new UnstructuredPattern(),
                1 => new BlockPattern(random.Next(1, 9), random.Next(1, 9)),
                _ => new NofMPattern(random.Next(1, 3), random.Next(3, 7)),
            };
            double sparsity = random.NextDouble();
            var context = new PruningContext(tensors, [], 10, 1);
            pattern.Attach(context);
            var selector = new MaskSelector(context, pattern, distribution);
            for (int i = 0; i < selector.Scores.Length; i++) selector.Scores[i] = random.NextSingle();
            selector.UseScores("random");

            selector.Prune(sparsity);
            selector.WriteMasks();

            ulong[] kept = new ulong[pattern.TotalWords];
            pattern.ReadMasks(kept);
            double pruned = 1 - (kept.Sum(w => (double)ulong.PopCount(w)) / pattern.TotalUnits);
            Assert.Equal(pruned, Reach.At(pattern, distribution, sparsity), 1e-9);
            if (Record.Exception(() => Reach.Require(pattern, distribution, sparsity)) is null)
            {
                double least = sparsity - 0.0101 - (0.5 / pattern.TotalUnits);
                Assert.True(pruned > least, $"{sparsity} accepted, {pruned} reached: {pattern.Name}");
            }
        }
    }

    [Theory]
    [InlineData("block", "50%", "block_rows=32 block_columns=32", "at most 0.")]
    [InlineData("gmp", "99.99%", "", "at most 0.99")]
    [InlineData("rigl", "99.99%", "", "at most 0.99")]
    [InlineData("nm-2-4", "auto", "n=1 m=10", "at most 0.")]
    public void Through_the_engine_it_is_told_by_its_key(string method, string sparsity, string parameters, string told)
    {
        var config = RunConfig.Default with
        {
            Model = new ModelConfig { Dim = 16, Depth = 1, Heads = 2, MlpRatio = 1, Patch = 7 },
            Pruning = new PruningConfig { Method = method },
        };
        config = ConfigFields.Find("pruning.sparsity")!.Set(config, sparsity);
        foreach (string pair in parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            config = ConfigFields.Find(ConfigFields.ParametersPrefix + pair.Split('=')[0])!.Set(config, pair.Split('=')[1]);
        var engine = new RunEngine(MethodCatalog.BuiltIn);

        var error = Assert.Throws<SettingException>(() => engine.Check(engine.Resolve(config), new RunOptions()));

        Assert.Equal("pruning.sparsity", error.Key);
        Assert.Contains(told, error.Message);
    }

    [Theory]
    [InlineData(30_000, 100_000, 71_582)]
    [InlineData(200_000, 10_738, 10_737)]
    public void More_steps_than_are_counted_are_refused_by_the_key_that_makes_them(int images, int epochs, int most)
    {
        var config = RunConfig.Default with
        {
            Data = new DataConfig { TrainCount = images },
            Train = new TrainConfig { Epochs = epochs, BatchSize = 1 },
        };
        var engine = new RunEngine(MethodCatalog.BuiltIn);

        var error = Assert.Throws<SettingException>(() => engine.Check(config, new RunOptions()));

        Assert.Equal("train.epochs", error.Key);
        Assert.Contains($"allowed 1 to {most}", error.Message);
        engine.Check(config with { Train = config.Train with { Epochs = most } }, new RunOptions());
    }

    private static PrunableTensor[] Tensors(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(1, 5))
            .Select(i => new ShapeTensor($"t{i}", random.Next(1, 40), random.Next(1, 40))),
    ];
}
