using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Shrinking;

/// <summary><c>nb shrink</c> on trained models, and the small file in the commands that read models.</summary>
public sealed class ShrunkRunTests : IDisposable
{
    private readonly TrainingRuns _runs = new();

    [Theory]
    [InlineData("heads", "none")]
    [InlineData("heads", "single-pass")]
    [InlineData("mlp-units", "tome")]
    public void The_small_file_evaluates_to_the_same_logits(string method, string merge)
    {
        var (_, folder) = _runs.Run(TrainingRuns.Small with
        {
            Model = TrainingRuns.Small.Model with { Heads = 4 },
            Pruning = new PruningConfig { Method = method, Sparsity = 0.5, UpdateEvery = Duration.Steps(4) },
            Tokens = new TokensConfig { Merge = merge, R = TokenQuantity.Share(0.25) },
            Train = TrainingRuns.Small.Train with { Epochs = 3 },
            Burden = new BurdenConfig { ProbeImages = 0 },
        });
        string small = Path.Combine(folder.Path, "small.safetensors");

        string said = Nb("shrink", folder.CheckpointPath);

        Assert.Contains(method == "heads" ? "heads per block: 4, 4 -> " : "MLP units per block: 32, 32 -> ", said);
        Assert.True(new FileInfo(small).Length < new FileInfo(folder.CheckpointPath).Length);
        float[] before = Logits(folder.CheckpointPath), after = Logits(small);
        Assert.Equal(before.Length, after.Length);
        for (int i = 0; i < before.Length; i++) Assert.Equal(before[i], after[i], 1e-4f);
        if (merge != "none")
        {
            string looked = Path.Combine(folder.Path, "small.png");
            Assert.Contains(merge, Nb("look", small, "--images", "2", "--picture", looked, "--threads", "1"));
        }

        Assert.Contains("nothing to make smaller", Nb(1, "shrink", small));
    }

    [Fact]
    public void Unstructured_masks_are_refused_and_no_file_is_left()
    {
        var (_, folder) = _runs.Run(TrainingRuns.Small with
        {
            Pruning = new PruningConfig { Method = "gmp", Sparsity = 0.5 },
            Train = TrainingRuns.Small.Train with { Epochs = 1 },
            Burden = new BurdenConfig { ProbeImages = 0 },
        });

        Assert.Contains("prunes single weights", Nb(1, "shrink", folder.CheckpointPath));
        Assert.False(File.Exists(Path.Combine(folder.Path, "small.safetensors")));
        Assert.Contains("there is no checkpoint", Nb(1, "shrink", Path.Combine(folder.Path, "other")));
    }

    public void Dispose() => _runs.Dispose();

    private static string Nb(params string[] arguments) => Nb(0, arguments);

    private static string Nb(int code, params string[] arguments)
    {
        var log = new StringWriter();
        int actual = NbProgram.Run(arguments, Shell.Of(log, log, new RunEngine(MethodCatalog.BuiltIn)));
        Assert.True(actual == code, log.ToString());
        return log.ToString();
    }

    private static float[] Logits(string checkpoint)
    {
        string file = checkpoint + ".npy";
        Nb("eval", checkpoint, "--logits", file, "--threads", "1");
        return NpyReader.Read(file).Values;
    }
}
