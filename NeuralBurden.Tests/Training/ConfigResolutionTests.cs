using System.Globalization;
using NeuralBurden.Cli.Config;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Presets;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>A config that names a run leaves nothing to the program's version or to the machine.</summary>
public sealed class ConfigResolutionTests
{
    private static readonly RunEngine Engine = new(MethodCatalog.BuiltIn);

    public static TheoryData<string> Methods => [.. MethodCatalog.BuiltIn.Presets.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_resolved_config_has_no_open_value_and_resolving_it_again_changes_nothing(string method)
    {
        var resolved = Engine.Resolve(Of(method));

        Assert.NotNull(resolved.Pruning.Sparsity);
        Assert.NotNull(resolved.Pruning.Start);
        Assert.NotNull(resolved.Pruning.End);
        Assert.NotNull(resolved.Pruning.Stop);
        Assert.NotNull(resolved.Pruning.UpdateEvery);
        Assert.NotNull(resolved.Pruning.Distribution);
        Assert.Equal(
            MethodCatalog.BuiltIn.Find(method).Parameters.Select(p => p.Name).Order(), resolved.Pruning.Parameters.Keys.Order());
        Assert.Equal(resolved, Engine.Resolve(resolved));
        Engine.Check(resolved, new());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_resolved_config_prunes_as_the_open_one(string method)
    {
        const int steps = 1000;
        var open = Settings(Of(method), steps);
        var closed = Settings(Engine.Resolve(Of(method)), steps);

        Assert.Equal((open.Sparsity, open.Window, open.Distribution), (closed.Sparsity, closed.Window, closed.Distribution));
        foreach (var parameter in MethodCatalog.BuiltIn.Find(method).Parameters)
            Assert.Equal(open.Values.Number(parameter.Name), closed.Values.Number(parameter.Name));
    }

    [Theory]
    [InlineData("pruning.start", "80%")]
    [InlineData("pruning.start", "9ep")]
    [InlineData("pruning.stop", "20%")]
    [InlineData("pruning.stop", "1ep")]
    [InlineData("pruning.end", "95%")]
    public void A_default_gives_way_to_what_was_set(string key, string value)
    {
        var open = ConfigFields.Find(key)!.Set(Of("pdwp"), value);
        var closed = Engine.Resolve(open);

        Assert.Equal(Settings(open, 1000).Window, Settings(closed, 1000).Window);
        Assert.Equal(value, ConfigFields.Find(key)!.Get(closed));
    }

    [Theory]
    [InlineData("0.9", "", "0.9 1 10")]
    [InlineData("0.75", "", "0.75 1 4")]
    [InlineData("", "1", "0.75 1 4")]
    [InlineData("", "", "0.5 2 4")]
    public void The_ratio_of_a_group_and_the_sparsity_settle_each_other(string sparsity, string n, string settled)
    {
        var config = Of("nm-2-4");
        if (sparsity != "") config = ConfigFields.Find("pruning.sparsity")!.Set(config, sparsity);
        if (n != "") config = ConfigFields.Find("pruning.parameters.n")!.Set(config, n);

        var pruning = Engine.Resolve(config).Pruning;

        Assert.Equal(settled, $"{pruning.Sparsity} {pruning.Parameters["n"]} {pruning.Parameters["m"]}");
    }

    [Fact]
    public void A_preset_that_changes_names_other_runs()
    {
        var preset = MethodCatalog.BuiltIn.Find("gmp");
        var before = MethodCatalog.BuiltIn.With(preset with { Name = "own" });
        var after = MethodCatalog.BuiltIn.With(preset with { Name = "own", Sparsity = 0.123 });
        var config = Of("own");

        Assert.NotEqual(
            ConfigText.RunId(new RunEngine(before).Resolve(config)), ConfigText.RunId(new RunEngine(after).Resolve(config)));
    }

    [Fact]
    public void What_a_dense_run_would_be_pruned_by_does_not_tell_it_apart()
    {
        var plain = Engine.Resolve(RunConfig.Default);
        var pruning = new PruningConfig { Sparsity = 0.98, Start = Duration.Epochs(1), DenseGradientEvery = 4 };

        Assert.Equal(ConfigText.RunId(plain), ConfigText.RunId(Engine.Resolve(RunConfig.Default with { Pruning = pruning })));
    }

    [Theory]
    [InlineData("gamma", "1", "1.0")]
    [InlineData("gamma", "0", "-0")]
    [InlineData("gamma", "0.1", "1e-1")]
    [InlineData("decay_pruned", "true", "True")]
    public void A_parameter_has_one_spelling(string name, string one, string other)
    {
        Assert.Equal(Id(one), Id(other));

        string Id(string text) => ConfigText.RunId(Engine.Resolve(
            ConfigFields.Find(ConfigFields.ParametersPrefix + name)!.Set(Of("pdwp"), text)));
    }

    [Fact]
    public void Devices_of_one_kind_are_one_run_and_auto_is_none()
    {
        Assert.Equal(Id("cuda:0"), Id("cuda:3"));
        Assert.NotEqual(Id("cuda:0"), Id("opencl:0"));
        Assert.NotEqual("auto", Engine.Resolve(RunConfig.Default with { Device = "auto" }).Device);

        static string Id(string device) => ConfigText.RunId(RunConfig.Default with { Device = device });
    }

    [Fact]
    public void An_unknown_parameter_is_told_by_its_key()
    {
        var config = ConfigFields.Find(ConfigFields.ParametersPrefix + "gama")!.Set(Of("gmp"), "1");

        Assert.Equal("pruning.parameters.gama", Assert.Throws<SettingException>(() => Engine.Resolve(config)).Key);
    }

    /// <summary>Every accepted spelling of every field, over its range: written and read again it is the same run.</summary>
    [Fact]
    public void Every_config_accepted_has_the_same_hash_after_being_written_and_read_again()
    {
        var random = new Random(20261127);
        string[] texts =
        [
            "0", "-0", "-0.0", "0e5", "1", "1.0", "01", "+1", "1_0", "1__0", "_1", "1_", "1e0", "10e-1", "0.1", ".5", "5.",
            "50%", "-0%", "33.33333333333%", "0.07%", "1e-7%", "0st", "-0ep", "1.5ep", "1_0ep", "07%", "100%", "true", "false",
            "auto", "none", "a\n", "a", "a\0.nbset", "x.nbset", "é.nbset", "x y.safetensors", "x.safetensors\n", "cpu\n",
            "cuda:07",
            "keys", "gmp", "rigl", "null", "~", "yes", "1e", "0x1", "NaN", "Infinity", "1,5", " 1", "1 ",
            "'q'.nbset", "# x.nbset",
            "a: b.nbset", "- x.nbset", "\t.nbset", "*.nbset", "&a.nbset", "!t.nbset", "|.nbset", "%d.nbset", "@.nbset",
        ];
        int accepted = 0;
        for (int trial = 0; trial < 4000; trial++)
        {
            var config = RunConfig.Default with { Name = "r" };
            try
            {
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    var field = ConfigFields.All[random.Next(ConfigFields.All.Length)];
                    string text = random.Next(3) == 0
                        ? random.NextDouble().ToString("R", CultureInfo.InvariantCulture)
                        : texts[random.Next(texts.Length)];
                    config = field.Set(config, text);
                }

                ConfigRules.Check(config);
                config = Engine.Resolve(config);
            }
            catch (SettingException)
            {
                continue;
            }

            accepted++;
            var written = ConfigFile.Parse("written", ConfigText.ToYaml(config));
            var again = ConfigExpansion.Single(written, ConfigOverrides.None);
            Assert.Equal(ConfigText.RunId(config), ConfigText.RunId(again));
            Assert.Equal(ConfigText.ToYaml(config), ConfigText.ToYaml(again));
            Assert.DoesNotContain(ConfigText.RunId(config), char.IsControl);
        }

        Assert.True(accepted > 300, $"only {accepted} of the configs were accepted");
    }

    private static RunConfig Of(string method) => RunConfig.Default with
    {
        Train = new TrainConfig { Epochs = 10 },
        Pruning = new PruningConfig { Method = method },
    };

    private static MethodSettings Settings(RunConfig config, int steps) =>
        MethodCatalog.BuiltIn.Check(PruningSetup.Options(config, steps / 10, steps), steps);
}
