using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Formats;

/// <summary>Files of format 1 of a run of 8 steps under dpf, with 80 % of the weights pruned, are read as then.</summary>
public sealed class FirstFormatTests
{
    private const string Matrix = "blocks.0.mlp.fc1.weight";

    private static readonly string Folder = Path.Combine(Repository.Root, "NeuralBurden.Tests", "Formats", "Version1");

    [Fact]
    public void A_model_has_its_effective_weights_and_masks_and_is_written_smaller()
    {
        var model = StoredModel.Open(File("model"));
        Assert.Equal((8, 1, 2), (model.Shape.Dim, model.Shape.Depth, model.Shape.Heads));
        int[] shape = [16, 8];
        Assert.Equal(128 - Kept(model.File), model.File.Floats(Matrix, shape).Count(0f));
        using var folder = new TemporaryFolder();
        string copy = folder.File("model.safetensors");

        ModelFile.Shipped(model.File, withMasks: true).Save(copy);

        Assert.True(new FileInfo(copy).Length < 0.85 * new FileInfo(File("model")).Length);
        Assert.Equal(model.File.Floats(Matrix, shape), Checkpoint.Load(copy).Floats(Matrix, shape));
        Assert.Equal(Kept(model.File), Kept(Checkpoint.Load(copy)));
    }

    [Fact]
    public void A_compact_model_is_the_same_model()
    {
        var (model, compact) = (Checkpoint.Load(File("model")), Checkpoint.Load(File("compact")));

        Assert.Equal(CheckpointKind.Model, compact.Kind);
        Assert.Equal(model.Names.Where(n => CheckpointKeys.PrefixOf(n) != CheckpointKeys.Persistent), compact.Names);
        Assert.Equal(model.Floats(Matrix, 16, 8), compact.Floats(Matrix, 16, 8));
        Assert.Equal(model.Mask(Matrix, 128), compact.Mask(Matrix, 128));
    }

    [Fact]
    public void A_checkpoint_in_one_file_holds_all_that_training_goes_on_from()
    {
        var training = CheckpointPair.Load(File("training"));

        Assert.Equal((CheckpointKind.Training, 8), (training.Kind, training.Info.Step));
        Assert.True(training.Contains("optim.m." + Matrix));
        var (stored, mask) = (training.Floats(Matrix, 16, 8).ToArray(), training.Mask(Matrix, 128));
        var effective = Checkpoint.Load(File("model")).Floats(Matrix, 16, 8);
        for (int i = 0; i < 128; i++) Assert.Equal(effective[i], (mask[i / 64] >> (i % 64) & 1) == 1 ? stored[i] : 0);
    }

    [Fact]
    public void Hidden_weights_of_a_model_are_there_for_a_training_that_asks_for_them()
    {
        var config = new ModelConfig { InitFrom = File("model"), InitHidden = true };
        var stored = Checkpoint.Load(File("training")).Floats(Matrix, 16, 8);

        Assert.Equal(stored, PretrainedWeights.Read(config).Floats(Matrix, 16, 8));
        Assert.False(stored.SequenceEqual(PretrainedWeights.Read(config with { InitHidden = false }).Floats(Matrix, 16, 8)));
    }

    private static int Kept(Checkpoint model) => model.Mask(Matrix, 128).Sum(word => (int)ulong.PopCount(word));

    private static string File(string name) => Path.Combine(Folder, name + ".safetensors");
}
