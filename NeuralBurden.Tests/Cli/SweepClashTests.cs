using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Cli;

/// <summary>The name of a run says what it is: what would make it lie is refused, whatever key it is and however given.</summary>
public sealed class SweepClashTests
{
    // Keys of several kinds with two values each.
    private static readonly (string Key, string Own, string Other)[] Keys =
    [
        ("pruning.method", "gmp", "rigl"), ("pruning.sparsity", "50%", "0.9"), ("tokens.merge", "tome", "none"),
        ("model.dim", "32", "64"), ("seed", "1", "2"), ("optim.lr", "0.1", "0.2"), ("pruning.parameters.gamma", "0", "1"),
        ("augment.horizontal_flip", "true", "false"), ("data.name", "shapes", "glyphs"),
    ];

    public static TheoryData<string> Names => [.. Keys.Select(k => k.Key)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_variant_sets_is_not_set_beside_it(string key)
    {
        var (_, own, other) = Keys.Single(k => k.Key == key);
        string variants = $"name: s\nsweep:\n  variants:\n    one: {{{key}: {own}}}\n    two: {{train.epochs: 3}}\n";

        Refused(key, variants, ConfigOverrides.Parse([$"{key}={other}"], []));
        Refused(key, variants, ConfigOverrides.Parse([], [$"{key}={own},{other}"]));
        Refused(key, variants + $"  grid: {{{key}: [{own}, {other}]}}\n", ConfigOverrides.None);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_no_variant_sets_may_be_set_and_names_stay_true(string key)
    {
        var (_, own, other) = Keys.Single(k => k.Key == key);
        string config = $"name: s\nsweep:\n  variants:\n    one: {{train.epochs: 3}}\n  grid: {{{key}: [{own}]}}\n";

        var run = Assert.Single(Expand(config, ConfigOverrides.Parse([$"{key}={other}"], [])));

        Assert.Equal("s-one", run.Name);
        Assert.Equal(ConfigFields.Find(key)!.Get(ConfigFields.Find(key)!.Set(run, other)), ConfigFields.Find(key)!.Get(run));
    }

    [Fact]
    public void A_sweep_of_more_runs_than_anyone_can_train_is_refused_before_it_is_expanded()
    {
        string seeds = string.Join(',', Enumerable.Range(1, 2000));
        string config = $"name: s\nsweep: {{grid: {{seed: [{seeds}], data.seed: [{seeds}], train.limit: [{seeds}]}}}}\n";

        string message = Assert.Throws<UserException>(() => Expand(config, ConfigOverrides.None)).Message;

        Assert.Contains("8,000,000,000 runs; allowed: up to 10,000", message);
        Assert.StartsWith("c.yaml:", message);
    }

    private static void Refused(string key, string config, ConfigOverrides overrides)
    {
        string message = Assert.Throws<UserException>(() => Expand(config, overrides)).Message;
        Assert.Contains($"'{key}'", message);
        Assert.Contains("one sets it", message);
    }

    private static IReadOnlyList<RunConfig> Expand(string config, ConfigOverrides overrides) =>
        ConfigExpansion.Sweep(ConfigFile.Parse("c.yaml", config), overrides);
}
