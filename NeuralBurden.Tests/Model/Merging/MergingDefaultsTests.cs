using NeuralBurden.Cli.Config;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices.Reference;
using NeuralBurden.Compute.Tensors;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Model.Merging;

/// <summary>What a merging does unless told otherwise, and that files written before mean what they meant.</summary>
public sealed class MergingDefaultsTests
{
    private static readonly VitShape Shape = new(1, 12, 12, 3, 8, 3, 2, 12, 3, ClassToken: true);

    [Theory]
    [InlineData("single-pass", null, true)]
    [InlineData("single-pass", false, false)]
    [InlineData("tome", null, true)]
    [InlineData("evit", null, false)]
    [InlineData("evit", true, true)]
    [InlineData("pitome", null, false)]
    [InlineData("pitome", true, true)]
    public void Attention_after_a_merge_weighs_sizes_only_where_that_is_usual_or_asked_for(
        string kind, bool? asked, bool weighs)
    {
        using var device = new ReferenceDevice(rounding: false);
        var config = new TokensConfig { Merge = kind, R = TokenQuantity.Count(3), ProportionalAttention = asked };
        using var model = MergedModelTests.Model(device, config, Shape);
        var images = device.AllocateTensor(new Shape(2, 1, 12, 12), "images");
        device.Upload(new CaseSource(5).Floats(2 * 144), images);
        model.Forward(images, ModelPass.Training(0));
        images.Buffer.Dispose();
        var block = model.Blocks[1].Activations;
        double[] qkv = Doubles(device, block.Qkv), sizes = Doubles(device, block.Input.Sizes);
        double[] given = Doubles(device, block.Probabilities);
        int t = block.Input.Count, h = Shape.Heads, d = Shape.HeadDim, c = Shape.Dim;
        Assert.Contains(sizes, size => size > 1);

        for (int image = 0; image < 2; image++)
        {
            for (int row = 0; row < h * t; row++)
            {
                int head = row / t, query = row % t;
                double[] weight = new double[t];
                for (int key = 0; key < t; key++)
                {
                    double score = 0;
                    for (int j = 0; j < d; j++)
                        score += At(qkv, image, query, 0, head, j) * At(qkv, image, key, 1, head, j);
                    weight[key] = Math.Exp(score / Math.Sqrt(d)) * (weighs ? sizes[(image * t) + key] : 1);
                }

                for (int key = 0; key < t; key++)
                    Assert.Equal(weight[key] / weight.Sum(), given[(((image * h * t) + row) * t) + key], 1e-9);
            }
        }

        double At(double[] values, int image, int token, int part, int head, int j) =>
            values[(((((image * t) + token) * 3) + part) * c) + (head * d) + j];
    }

    [Fact]
    public void A_merge_after_the_embedding_goes_by_the_tokens_unless_told_otherwise()
    {
        var first = new TokensConfig { Merge = "single-pass", Layer = 0 };

        Assert.Equal(MergeMetric.Tokens, MergingCatalog.MetricOf(first));
        Assert.Equal(MergeMetric.Keys, MergingCatalog.MetricOf(first with { Layer = 1 }));
        ConfigRules.Check(RunConfig.Default with { Tokens = first });
        var error = Assert.Throws<SettingException>(() => ConfigRules.Check(
            RunConfig.Default with { Tokens = first with { Metric = MergeMetric.Keys } }));
        Assert.Equal("tokens.metric", error.Key);
    }

    // Hashes by the program at commit 02672f3, whose default was to weigh sizes for every kind.
    [Theory]
    [InlineData("h-mergenone", "tokens: {merge: none}", "6148f356")]
    [InlineData("h-mergesingle-pass", "tokens: {merge: single-pass}", "86fb933d")]
    [InlineData("h-mergepitome", "tokens: {merge: pitome, proportional_attention: true}", "2c8ec5cd")]
    [InlineData("h-mergeevit", "tokens: {merge: evit, proportional_attention: true}", "898160fc")]
    [InlineData("h-mergenone", "tokens: {merge: none, layer: 0, metric: tokens}", "b8788c55")]
    [InlineData("h-mergesingle-pass", "tokens: {merge: single-pass, layer: 0, metric: tokens}", "d86bb6bb")]
    [InlineData("h-mergesingle-pass", "tokens: {merge: single-pass, layer: 0}", "d86bb6bb")]
    public void Stored_runs_are_found_where_they_mean_the_same(string name, string tokens, string hash) =>
        Assert.Equal(hash, ConfigText.Hash(Read($"name: {name}\n{tokens}\n")));

    [Theory]
    [InlineData("pitome", "2c8ec5cd")]
    [InlineData("evit", "898160fc")]
    public void A_stored_run_of_a_kind_whose_default_changed_is_another_run(string kind, string hash) =>
        Assert.NotEqual(hash, ConfigText.Hash(Read($"name: h-merge{kind}\ntokens: {{merge: {kind}}}\n")));

    [Theory]
    [InlineData("tokens: {merge: evit, keep: 0.7}")]
    [InlineData("tokens: {merge: pitome, keep: 90%}")]
    [InlineData("tokens: {merge: single-pass, layer: 0}")]
    [InlineData("tokens: {merge: tome, proportional_attention: false}")]
    [InlineData("tokens: {merge: none}")]
    public void A_config_as_stored_says_what_took_effect_and_is_the_same_run(string tokens)
    {
        var config = Read(tokens);
        string stored = ConfigText.ToYaml(config);

        Assert.Equal(ConfigText.Hash(config), ConfigText.Hash(Read(stored)));
        Assert.Equal(stored, ConfigText.ToYaml(Read(stored)));
        if (config.Tokens.Merges) Assert.DoesNotContain("proportional_attention: auto", stored, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_that_merges_nothing_leaves_the_settings_of_its_cells_open()
    {
        var stored = Read(ConfigText.ToYaml(Read("name: base")));

        Assert.False(MergingCatalog.IsProportional(stored.Tokens with { Merge = "evit" }));
        Assert.True(MergingCatalog.IsProportional(stored.Tokens with { Merge = "tome" }));
    }

    private static RunConfig Read(string yaml) =>
        ConfigExpansion.Single(ConfigFile.Parse("c.yaml", yaml), ConfigOverrides.None);

    private static double[] Doubles(ReferenceDevice device, Tensor tensor)
    {
        double[] values = new double[tensor.Count];
        device.DownloadDoubles(tensor, values);
        return values;
    }
}
