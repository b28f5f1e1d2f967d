using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.ConfigTable;

public class ConfigFieldsTests
{
    public static TheoryData<string> Keys
    {
        get
        {
            var keys = new TheoryData<string>();
            foreach (var entry in ConfigFields.All)
                keys.Add(entry.Key);
            return keys;
        }
    }

    [Theory]
    [InlineData("data.name")]
    [InlineData("model.dim")]
    [InlineData("model.depth")]
    [InlineData("tokens.merge")]
    [InlineData("tokens.r")]
    [InlineData("optim.lr")]
    [InlineData("pruning.method")]
    [InlineData("pruning.sparsity")]
    [InlineData("train.epochs")]
    [InlineData("train.limit")]
    [InlineData("seed")]
    public void Key_that_scripts_rely_on_is_there(string key) => Assert.NotNull(ConfigFields.Find(key));

    [Fact]
    public void Keys_are_unique_and_sections_are_documented()
    {
        Assert.Equal(ConfigFields.All.Length, ConfigFields.All.Select(f => f.Key).Distinct().Count());
        var sections = ConfigFields.All
            .Where(f => f.Key.Contains('.'))
            .Select(f => f.Key.Split('.')[0])
            .Distinct();
        Assert.Equal(sections.Order(), ConfigFields.Sections.Select(s => s.Name).Order());
        Assert.All(ConfigFields.All, f => Assert.EndsWith(".", f.Documentation, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Default_is_within_its_own_range(string key)
    {
        var field = ConfigFields.Find(key)!;
        Assert.Equal(RunConfig.Default, field.Set(RunConfig.Default, field.Get(RunConfig.Default)));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_field_changes_its_own_text_and_the_hash(string key)
    {
        var field = ConfigFields.Find(key)!;
        var changed = field.Set(RunConfig.Default, Other(field));

        Assert.NotEqual(RunConfig.Default, changed);
        Assert.NotEqual(ConfigText.Hash(RunConfig.Default), ConfigText.Hash(changed));
        foreach (var other in ConfigFields.All.Where(f => f.Key != key))
            Assert.Equal(other.Get(RunConfig.Default), other.Get(changed));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void What_a_model_file_carries_is_read_back(string key)
    {
        var field = ConfigFields.Find(key)!;
        var config = ConfigFields.Find("pruning.parameters.gamma")!.Set(field.Set(RunConfig.Default, Other(field)), "0.5");
        string yaml = ConfigText.ToYaml(config);

        Assert.Equal(yaml, ConfigText.ToYaml(ConfigText.OfYaml(yaml)));
        Assert.Equal(field.InEffect(config), field.InEffect(ConfigText.OfYaml($"unknown:\n  key: 'it''s'\n{yaml}")));
    }

    [Fact]
    public void Hash_is_stable_across_versions_of_the_program()
    {
        // A changed value here means that finished runs are no longer found: do it knowingly.
        Assert.Equal("b5c5c8ce", ConfigText.Hash(RunConfig.Default));
    }

    [Fact]
    public void Hash_without_seed_joins_repeats_and_nothing_else()
    {
        var config = RunConfig.Default;
        Assert.Equal(
            ConfigText.HashWithoutSeed(config),
            ConfigText.HashWithoutSeed(config with { Seed = 7 }));
        Assert.NotEqual(
            ConfigText.HashWithoutSeed(config),
            ConfigText.HashWithoutSeed(config with { Train = config.Train with { Epochs = 3 } }));
    }

    [Fact]
    public void Parameters_of_a_method_take_part_in_equality_and_hash()
    {
        var field = ConfigFields.Find("pruning.parameters.gamma")!;
        var half = field.Set(RunConfig.Default, "0.5");
        var again = field.Set(RunConfig.Default, "0.5");
        var one = field.Set(RunConfig.Default, "1");

        Assert.Equal(half, again);
        Assert.Equal(half.GetHashCode(), again.GetHashCode());
        Assert.NotEqual(half, one);
        Assert.Equal(4, new[] { half, one, RunConfig.Default, half with { Seed = 2 } }
            .Select(ConfigText.Hash).Distinct().Count());
    }

    [Theory]
    [InlineData("model.dim", "0", "model.dim: 0 is out of range; allowed: a whole number, 1 to 4,096")]
    [InlineData(
        "model.dim", "4.5", "model.dim: '4.5' is not a whole number; allowed: a whole number, 1 to 4,096")]
    [InlineData("optim.lr", "0", "optim.lr: 0 is out of range; allowed: above 0, at most 10")]
    [InlineData("optim.lr", "NaN", "optim.lr: 'NaN' is not a number; allowed: above 0, at most 10")]
    [InlineData(
        "pruning.sparsity",
        "101%",
        "pruning.sparsity: 101% is out of range; allowed: auto, or 0 to 1 (or 0% to 100%)")]
    [InlineData("train.check", "yes", "train.check: 'yes' is not true or false; allowed: true or false")]
    [InlineData(
        "optim.schedule",
        "cosin",
        "optim.schedule: 'cosin' is not known (did you mean 'cosine'?); allowed: cosine, constant")]
    [InlineData(
        "optim.warmup",
        "5",
        "optim.warmup: '5' is not a duration with its unit; "
        + "allowed: 0, or more steps (100st), epochs (5ep) or % of training (75%)")]
    [InlineData(
        "pruning.update_every",
        "0st",
        "pruning.update_every: 0st is out of range; "
        + "allowed: auto, or more than 0 steps (100st), epochs (5ep) or % of training (75%)")]
    [InlineData(
        "tokens.r",
        "101%",
        "tokens.r: 101% is out of range; "
        + "allowed: a whole number of tokens from 0, or a share of them, 0% to 100%")]
    public void Bad_value_names_key_value_and_what_is_allowed(string key, string text, string message)
    {
        var field = ConfigFields.Find(key)!;
        var error = Assert.Throws<SettingException>(() => field.Set(RunConfig.Default, text));
        Assert.Equal(message, error.Message);
        Assert.Equal(key, error.Key);
    }

    [Theory]
    [InlineData("pruning.sparsity", "90%", "0.9")]
    [InlineData("pruning.sparsity", "0.9", "0.9")]
    [InlineData("pruning.sparsity", "9e-1", "0.9")]
    [InlineData("train.limit", "30_000", "30000")]
    [InlineData("pruning.end", "7.5ep", "7.5ep")]
    [InlineData("train.checkpoint_every", "0", "0%")]
    [InlineData("tokens.start", "0.0", "0%")]
    [InlineData("optim.warmup", "0", "0%")]
    [InlineData("tokens.r", "12", "12")]
    [InlineData("tokens.r", "12.5%", "12.5%")]
    public void Spellings_of_one_value_have_one_canonical_text(string key, string text, string canonical)
    {
        var field = ConfigFields.Find(key)!;
        Assert.Equal(canonical, field.Get(field.Set(RunConfig.Default, text)));
    }

    /// <summary>A legal value of another effect than the default.</summary>
    internal static string Other(ConfigField field)
    {
        string now = field.InEffect(RunConfig.Default);
        string[] candidates =
        [
            .. field.Schema.Choices ?? [], "false", "true", "3", "0.25", "3ep", "other-name", "other.safetensors", "half", "2/16",
        ];
        return candidates.First(candidate =>
        {
            try
            {
                return field.InEffect(field.Set(RunConfig.Default, candidate)) != now;
            }
            catch (SettingException)
            {
                return false;
            }
        });
    }
}
