using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Cli;

public class ConfigFileTests
{
    [Theory]
    [InlineData("a: [", 1)]
    [InlineData("a: {", 1)]
    [InlineData("a: [\nb", 2)]
    [InlineData("name: x\na: [1,\nb: 2", 3)]
    [InlineData("a: \"", 1)]
    [InlineData("a: [1, {b: [", 1)]
    public void What_does_not_close_is_told_by_file_and_line(string yaml, int line)
    {
        string message = Assert.Throws<UserException>(() => ConfigFile.Parse("q.yaml", yaml)).Message;

        Assert.StartsWith("q.yaml:", message);
        Assert.Contains("not valid YAML", message);
        Assert.InRange(int.Parse(message.Split(':')[1]), 1, line + 1);
    }

    [Fact]
    public void Nested_and_dotted_keys_are_the_same()
    {
        var nested = Single("model:\n  dim: 96\n  heads: 6\npruning: {sparsity: 90%, end: 5ep}\nseed: 7\n");
        var dotted = Single(
            "model.dim: 96\nmodel.heads: 6\npruning.sparsity: 0.9\npruning.end: 5ep\nseed: 7\n");

        Assert.Equal(nested, dotted);
        Assert.Equal(96, nested.Model.Dim);
        Assert.Equal(Duration.Epochs(5), nested.Pruning.End);
        Assert.Equal(7, nested.Seed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n...\n")]
    [InlineData("model:\n")]
    public void Config_that_says_nothing_is_all_defaults(string yaml) =>
        Assert.Equal(RunConfig.Default, Single(yaml));

    [Theory]
    [InlineData("model:\n  dims: 64\n", "c.yaml:2: unknown key 'model.dims' (did you mean 'model.dim'?)")]
    [InlineData("\n\nmodle:\n  dim: 64\n", "c.yaml:3: unknown key 'modle' (did you mean 'model'?)")]
    [InlineData("swep: 1\n", "c.yaml:1: unknown key 'swep' (did you mean 'sweep'?)")]
    [InlineData("quux: 1\n", "c.yaml:1: unknown key 'quux' ('nb config show' lists all keys)")]
    [InlineData(
        "model:\n  depth: 4\n  dim: 0\n",
        "c.yaml:3: model.dim: 0 is out of range; allowed: a whole number, 1 to 4,096")]
    [InlineData(
        "seed: one\n",
        "c.yaml:1: seed: 'one' is not a whole number; allowed: a whole number, 0 to 2,147,483,647")]
    [InlineData("seed: 1\nseed: 2\n", "c.yaml:2: duplicate key 'seed' (first on line 1)")]
    [InlineData("model: {dim: 64}\nmodel.dim: 32\n", "c.yaml:2: duplicate key 'model.dim' (first on line 1)")]
    [InlineData("seed:\n", "c.yaml:1: 'seed' has no value")]
    [InlineData("seed: [1, 2]\n", "c.yaml:1: 'seed' takes one value; lists belong into the sweep")]
    [InlineData("seed: {a: 1}\n", "c.yaml:1: 'seed' takes a value, not a mapping")]
    [InlineData("model: 3\n", "c.yaml:1: 'model' is a section: it takes a mapping of keys")]
    [InlineData("- 1\n", "c.yaml:1: a config is a mapping of keys to values")]
    [InlineData(
        "seed: 1\n---\nseed: 2\n",
        "c.yaml:2: a config is one YAML document; a second one starts here")]
    [InlineData("seed: &a 1\n", "c.yaml:1: anchors and tags are not allowed in a config")]
    [InlineData("seed: !!str 1\n", "c.yaml:1: anchors and tags are not allowed in a config")]
    [InlineData(
        "seed: 1\nmodel:\n  dim: 66\n",
        "c.yaml:1: model.heads: 4 does not divide model.dim (66); allowed: 1, 2, 3, 6, 11, 22, 33")]
    [InlineData(
        "tokens:\n  merge: single-pass\n  layer: 5\n",
        "c.yaml:3: tokens.layer: 5 is out of range; allowed: 0 to model.depth, 4")]
    [InlineData(
        "pruning:\n  method: gmp\n  stop: 5ep\n  end: 90%\n",
        "c.yaml:3: pruning.stop: 5ep is out of range; allowed: not before pruning.end (90%)")]
    public void Bad_config_is_refused_with_file_line_and_reason(string yaml, string message)
    {
        var error = Assert.Throws<UserException>(() => Single(yaml));
        Assert.Equal(message, error.Message);
        Assert.Equal(1, error.ExitCode);
    }

    [Fact]
    public void Broken_yaml_names_the_line()
    {
        var error = Assert.Throws<UserException>(() => Single("seed: 1\nmodel: {dim: 64\n"));
        Assert.StartsWith("c.yaml:", error.Message, StringComparison.Ordinal);
        Assert.Contains("not valid YAML", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        string yaml = string.Concat(Enumerable.Range(0, 200).Select(i => "{a: "));
        var error = Assert.Throws<UserException>(() => Single(yaml));
        Assert.Contains("nested deeper than 16 levels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_file_is_one_clear_message()
    {
        var error = Assert.Throws<UserException>(() => ConfigFile.Load("no/such/config.yaml"));
        Assert.StartsWith(
            "cannot read the config no/such/config.yaml: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.dim", "--set model.dim: write KEY=VALUE, such as model.dim=64")]
    [InlineData("model.dims=3", "--set model.dims=3: unknown key 'model.dims' (did you mean 'model.dim'?)")]
    [InlineData(
        "model.dim=x",
        "--set model.dim=x: model.dim: 'x' is not a whole number; allowed: a whole number, 1 to 4,096")]
    public void Bad_override_names_itself_and_is_a_usage_error(string set, string message)
    {
        var error = Assert.Throws<UserException>(() => Single("", set));
        Assert.Equal(message, error.Message);
        Assert.Equal(2, error.ExitCode);
    }

    [Fact]
    public void Override_beats_the_file()
    {
        Assert.Equal(32, Single("model.dim: 96\n", "model.dim=48", "model.dim=32").Model.Dim);
    }

    [Fact]
    public void Written_config_reads_back_equal_whatever_was_changed()
    {
        var changed = RunConfig.Default;
        foreach (var field in ConfigFields.All)
            changed = field.Set(changed, ConfigTable.ConfigFieldsTests.Other(field));
        changed = changed with
        {
            Name = "1e3",
            Device = "cuda:1",
            Tf32 = false,
            Model = changed.Model with { Dim = 12, Heads = 3 },
            Tokens = changed.Tokens with { Layer = 2, Keep = null },
            Pruning = changed.Pruning with
            {
                Start = Duration.Percent(0),
                Stop = Duration.Percent(100),
                Sparsity = 0.5,
                Parameters = MethodParameters.Empty.With("gamma", "0.5").With("beta", "true"),
            },
            Optim = changed.Optim with { Lr = 1e-7, MinLr = 1e-9 },
        };

        var again = Single(ConfigText.ToYaml(changed));

        Assert.Equal(changed, again);
        Assert.Equal(ConfigText.ToYaml(changed), ConfigText.ToYaml(again));
        Assert.Equal(RunConfig.Default, Single(ConfigText.ToYaml(RunConfig.Default)));
    }

    private static RunConfig Single(string yaml, params string[] sets) =>
        ConfigExpansion.Single(ConfigFile.Parse("c.yaml", yaml), ConfigOverrides.Parse(sets, []));
}
