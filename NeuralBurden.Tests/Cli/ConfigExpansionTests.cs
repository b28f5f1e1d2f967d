using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Cli.Schemas;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Cli;

public class ConfigExpansionTests
{
    private const string First = """
        name: first
        pruning.sparsity: 90%
        sweep:
          variants:
            dense: {pruning.method: dense}
            gmp:
              pruning: {method: gmp}
            pdwp: {pruning.method: pdwp}
            pdwp+merge: {pruning.method: pdwp, tokens.merge: single-pass}
          grid:
            seed: [1, 2]
        """;

    [Fact]
    public void Variants_are_crossed_with_the_grid_in_order()
    {
        var runs = Sweep(First);

        Assert.Equal(
            [
                "first-dense 1", "first-dense 2", "first-gmp 1", "first-gmp 2", "first-pdwp 1",
                "first-pdwp 2", "first-pdwp+merge 1", "first-pdwp+merge 2",
            ],
            runs.Select(r => $"{r.Name} {r.Seed}"));
        Assert.Equal("gmp", runs[2].Pruning.Method);
        Assert.Equal("single-pass", runs[7].Tokens.Merge);
        Assert.All(runs, r => Assert.Equal(0.9, r.Pruning.Sparsity));
        Assert.Equal(8, runs.Select(ConfigText.RunId).Distinct().Count());
    }

    [Fact]
    public void One_run_ignores_the_sweep()
    {
        var run = ConfigExpansion.Single(ConfigFile.Parse("c.yaml", First), ConfigOverrides.None);
        Assert.Equal("first", run.Name);
        Assert.Equal("dense", run.Pruning.Method);
    }

    [Fact]
    public void Command_line_value_replaces_the_axis_and_the_variants_value()
    {
        var runs = Sweep(First, ["seed=5", "pruning.sparsity=0.5"]);

        Assert.Equal(4, runs.Count);
        Assert.All(runs, r => Assert.Equal(5, r.Seed));
        Assert.All(runs, r => Assert.Equal(0.5, r.Pruning.Sparsity));
    }

    [Fact]
    public void Command_line_axis_is_named_and_replaces_the_grids()
    {
        var runs = Sweep(First, [], ["seed=7", "model.dim=32,64"]);

        Assert.Equal(8, runs.Count);
        Assert.Equal("first-dense-dim32", runs[0].Name);
        Assert.Equal("first-dense-dim64", runs[1].Name);
        Assert.All(runs, r => Assert.Equal(7, r.Seed));
    }

    [Fact]
    public void Variant_may_have_axes_of_its_own()
    {
        var runs = Sweep("""
            name: study
            sweep:
              variants:
                dense:
                gmp: {pruning.method: gmp, pruning.sparsity: [80%, 0.9]}
            """);

        string[] names = ["study-dense", "study-gmp-sparsity0.8", "study-gmp-sparsity0.9"];
        Assert.Equal(names, runs.Select(r => r.Name));
    }

    [Fact]
    public void Equal_runs_are_made_once()
    {
        Assert.Single(Sweep("seed: 3\n", [], ["pruning.sparsity=0.9,90%"]));
    }

    [Fact]
    public void Config_without_a_sweep_is_one_run_under_its_own_name()
    {
        Assert.Equal("solo", Assert.Single(Sweep("name: solo\n")).Name);
    }

    [Theory]
    [InlineData(
        "sweep: {grids: {seed: [1]}}",
        "c.yaml:1: unknown key 'sweep.grids' (did you mean 'sweep.grid'?)")]
    [InlineData("sweep:\n  grid: {seed: 1}", "c.yaml:2: 'seed' in a grid takes a list, as in [1, 2, 3]")]
    [InlineData("sweep:\n  grid: {sede: [1]}", "c.yaml:2: unknown key 'sede' (did you mean 'seed'?)")]
    [InlineData("sweep:\n  grid: {seed: []}", "c.yaml:2: 'seed' has an empty list")]
    [InlineData("sweep:\n  variants:\n    a:\n    a:\n", "c.yaml:4: duplicate variant 'a'")]
    [InlineData("sweep: 3", "c.yaml:1: 'sweep' takes a mapping")]
    [InlineData(
        "sweep:\n  grid:\n    model.dim:\n      - 64\n      - 0\n",
        "c.yaml:5: model.dim: 0 is out of range; allowed: a whole number, 1 to 4,096")]
    [InlineData(
        "sweep:\n  variants:\n    ../up: {seed: 1}\n",
        "c.yaml:3: name: '../up' is not a legal value; "
        + "allowed: letters, digits and . _ + = -, at most 100, a letter or digit first")]
    public void Bad_sweep_is_refused_with_file_line_and_reason(string yaml, string message)
    {
        Assert.Equal(message, Assert.Throws<UserException>(() => Sweep(yaml)).Message);
    }

    [Theory]
    [InlineData(
        "seed=1,,2",
        "--sweep seed=1,,2: an empty value; write values with commas between them: a.b=1,2,3")]
    [InlineData("sede=1", "--sweep sede=1: unknown key 'sede' (did you mean 'seed'?)")]
    public void Bad_axis_of_the_command_line_is_a_usage_error(string sweep, string message)
    {
        var error = Assert.Throws<UserException>(() => Sweep("", [], [sweep]));
        Assert.Equal(message, error.Message);
        Assert.Equal(2, error.ExitCode);
    }

    [Fact]
    public void One_run_refuses_an_axis()
    {
        var file = ConfigFile.Parse("c.yaml", First);
        var overrides = ConfigOverrides.Parse([], ["seed=1,2"]);
        Assert.Throws<UserException>(() => ConfigExpansion.Single(file, overrides));
    }

    [Fact]
    public void Schema_has_every_key_with_its_documentation_and_default()
    {
        var properties = ConfigSchema.Create()["properties"]!;
        foreach (var field in ConfigFields.All)
        {
            string[] path = field.Key.Split('.');
            var schema = properties[path[0]];
            if (path.Length == 2)
                schema = schema!["properties"]![path[1]];
            Assert.StartsWith(field.Documentation, (string)schema!["description"]!, StringComparison.Ordinal);
            string text = schema["default"]!.ToJsonString().Trim('"');
            Assert.Equal(field.Get(RunConfig.Default), field.Get(field.Set(RunConfig.Default, text)));
        }
    }

    private static IReadOnlyList<RunConfig> Sweep(
        string yaml, string[]? sets = null, string[]? sweeps = null)
    {
        var overrides = ConfigOverrides.Parse(sets ?? [], sweeps ?? []);
        return ConfigExpansion.Sweep(ConfigFile.Parse("c.yaml", yaml), overrides);
    }
}
