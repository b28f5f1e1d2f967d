using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Shrinking;
using Xunit;

namespace NeuralBurden.Tests.Shrinking;

public sealed class ModelShrinkerTests
{
    private static readonly VitShape Shape = new(1, 8, 8, 2, 8, 2, 4, 6, 3, ClassToken: true);

    private static string[] Mergings =>
        [TokensConfig.None, .. MergingCatalog.All.Where(kind => !kind.ReadsClassAttention).Select(kind => kind.Name)];

    /// <summary>Some 25 models for each merging.</summary>
    [Property(MaxTest = 250)]
    public Property Shrinking_keeps_the_logits_of_the_masked_model() =>
        Prop.ForAll(PrunedModel.With(Mergings), model =>
        {
            var file = model.File();
            if (Refused(model, file)) return;
            var small = ModelShrinker.Shrink(file, model.Config).File;

            double[] expected = model.Logits(file), actual = model.Logits(small);

            // The bias that moves between heads is stored in single precision.
            double scale = expected.Max(Math.Abs);
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5 * Math.Max(1, scale));
            Assert.DoesNotContain(small.Names, name => CheckpointKeys.PrefixOf(name) != "");
        });

    [Property(MaxTest = 60)]
    public Property Every_pruned_head_and_unit_goes_but_the_last_of_a_block() =>
        Prop.ForAll(PrunedModel.With(TokensConfig.None), model =>
        {
            var file = model.File();
            if (Refused(model, file)) return;
            var small = ModelShrinker.Shrink(file, model.Config);

            var groups = ModelGroups.Of(model.Shape);
            for (int i = 0; i < model.Shape.Depth; i++)
            {
                int heads = Dead(ModelGroups.Heads, i), units = Dead(ModelGroups.MlpUnits, i);
                var left = new BlockShape(
                    Math.Max(1, model.Shape.Heads - heads), Math.Max(1, model.Shape.MlpDim - units));
                Assert.Equal(left, small.After[i]);
                int d = model.Shape.HeadDim, c = model.Shape.Dim;
                Assert.Equal(3L * left.Heads * d * c, small.File.Count($"blocks.{i}.attn.qkv.weight"));
                Assert.Equal(3L * left.Heads * d, small.File.Count($"blocks.{i}.attn.qkv.bias"));
                Assert.Equal((long)left.MlpDim, small.File.Count($"blocks.{i}.mlp.fc1.bias"));
                small.File.Floats($"blocks.{i}.mlp.fc2.weight", c, left.MlpDim);
                small.File.Floats($"blocks.{i}.attn.proj.weight", c, left.Heads * d);
            }

            int Dead(string kind, int block) => model.Dead.Count(
                i => groups[i].Kind == kind && groups[i].Set == $"blocks.{block}");
        });

    [Theory]
    [InlineData(ModelGroups.Heads)]
    [InlineData(ModelGroups.MlpUnits)]
    public void A_block_that_lost_everything_keeps_one_that_is_zero(string kind)
    {
        var groups = ModelGroups.Of(Shape);
        var model = new PrunedModel(
            Shape,
            [.. Enumerable.Range(0, groups.Count).Where(i => groups[i].Kind == kind && groups[i].Set == "blocks.1")],
            "tome",
            7);
        var file = model.File();

        var small = ModelShrinker.Shrink(file, model.Config);

        Assert.Equal(new BlockShape(4, 6), small.After[0]);
        bool heads = kind == ModelGroups.Heads;
        Assert.Equal(heads ? new BlockShape(1, 6) : new BlockShape(4, 1), small.After[1]);
        string output = heads ? "blocks.1.attn.proj.weight" : "blocks.1.mlp.fc2.weight";
        Assert.True(small.File.Floats(output, 8, heads ? 2 : 1).IndexOfAnyExcept(0f) < 0);
        double[] expected = model.Logits(file), actual = model.Logits(small.File);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4);
    }

    [Fact]
    public void A_single_pruned_weight_is_refused_by_name()
    {
        var file = new PrunedModel(Shape, [0], TokensConfig.None, 3).File();
        ulong[] words = file.Mask("blocks.1.mlp.fc1.weight", 48);
        words[0] &= ~(1UL << 11);
        var other = new Checkpoint(CheckpointKind.Model, file.Info);
        foreach (string name in file.Names.Where(n => n != "mask.blocks.1.mlp.fc1.weight"))
        {
            Assert.True(file.TryGet(name, out var tensor));
            other.Add(tensor);
        }

        other.AddMask("blocks.1.mlp.fc1.weight", 48, words);
        foreach (var (key, value) in file.Extra) other.SetExtra(key, value);

        var error = Assert.Throws<CheckpointFormatException>(() => ModelShrinker.Shrink(other, new RunConfig()));

        Assert.Contains("mask.blocks.1.mlp.fc1.weight", error.Message);
        Assert.Contains("[1, 3]", error.Message);
        Assert.Contains("heads or mlp-units", error.Message);
    }

    [Fact]
    public void Heads_that_the_merging_reads_are_refused_and_units_are_not()
    {
        var heads = new PrunedModel(Shape, [1], "evit", 3);
        var error = Assert.Throws<SettingException>(() => ModelShrinker.Shrink(heads.File(), heads.Config));
        Assert.Equal("tokens.merge", error.Key);

        var units = heads with { Dead = [5] };
        var file = units.File();
        double[] expected = units.Logits(file), actual = units.Logits(ModelShrinker.Shrink(file, units.Config).File);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-9);
    }

    [Fact]
    public void What_has_nothing_to_cut_is_refused()
    {
        var dense = new PrunedModel(Shape, [], TokensConfig.None, 3);
        var error = Assert.Throws<CheckpointFormatException>(() => ModelShrinker.Shrink(dense.File(), dense.Config));
        Assert.Contains("nothing to make smaller", error.Message);

        var pruned = new PrunedModel(Shape, [1, 9], TokensConfig.None, 3);
        var small = ModelShrinker.Shrink(pruned.File(), pruned.Config).File;
        Assert.Throws<CheckpointFormatException>(() => ModelShrinker.Shrink(small, pruned.Config));

        var training = new Checkpoint(CheckpointKind.Training, dense.File().Info);
        error = Assert.Throws<CheckpointFormatException>(() => ModelShrinker.Shrink(training, dense.Config));
        Assert.Contains("is training; expected model", error.Message);
    }

    [Theory]
    [InlineData("4")]
    [InlineData("4,5")]
    [InlineData("0,4")]
    [InlineData("4,x")]
    [InlineData("")]
    public void Counts_of_heads_that_cannot_be_are_refused(string text)
    {
        var pruned = new PrunedModel(Shape, [1], TokensConfig.None, 3);
        var small = ModelShrinker.Shrink(pruned.File(), pruned.Config).File;
        small.SetExtra("model.block_heads", text);

        var error = Assert.Throws<CheckpointFormatException>(() => ModelCard.ReadBlocks(small, 2, 4, 6));

        Assert.Contains("model.block_heads", error.Message);
        Assert.Contains("2 whole numbers from 1 to 4", error.Message);
    }

    // Nothing pruned, or nothing but what must stay: the one head of a block, the one unit.
    private static bool Refused(PrunedModel model, Checkpoint file)
    {
        var groups = ModelGroups.Of(model.Shape);
        bool nothing = model.Dead.GroupBy(i => (groups[i].Kind, groups[i].Set))
            .All(set => set.Count() == 1
                && groups.Count(g => g.Kind == set.Key.Kind && g.Set == set.Key.Set) == 1);
        if (!nothing) return false;
        Assert.Throws<CheckpointFormatException>(() => ModelShrinker.Shrink(file, model.Config));
        return true;
    }
}
