using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Pruning.Presets;
using NeuralBurden.Pruning.Schedules;
using NeuralBurden.Pruning.State;
using Xunit;

namespace NeuralBurden.Tests.Pruning;

/// <summary>Nonsense in a config is an error that names field and range, before any training.</summary>
public sealed class OptionsTests
{
    public static TheoryData<string> Methods =>
        [.. MethodCatalog.BuiltIn.Presets.Select(preset => preset.Name)];

    [Fact]
    public void The_catalogue_holds_every_preset_of_the_design()
    {
        string[] names =
        [
            "dense", "fixed", "oneshot", "gmp", "pdwp", "dpf", "dns", "dnw", "set", "rigl", "granet", "itop",
            "topkast", "str",
            "dst", "movement", "sr-ste", "step", "static-random", "snip", "nm-2-4", "block", "heads",
            "mlp-units",
        ];
        Assert.Equal(names.Order(), MethodCatalog.BuiltIn.Presets.Select(preset => preset.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_preset_is_described_and_its_defaults_lie_in_their_ranges(string method)
    {
        var preset = MethodCatalog.BuiltIn.Find(method);
        Assert.All([preset.Summary, preset.Rule, preset.Source], text => Assert.NotEmpty(text));
        Assert.Equal(preset.Parameters.Count, preset.Parameters.Select(p => p.Name).Distinct().Count());
        foreach (var parameter in preset.Parameters)
        {
            Assert.NotEmpty(parameter.Meaning);
            parameter.Parse(parameter.Default);
            string wrong = parameter.Kind == ParameterKind.Number || parameter.Kind == ParameterKind.Integer
                ? (parameter.Maximum * 2 + 1).ToString("R")
                : "no such";
            var error = Assert.Throws<SettingException>(() => parameter.Parse(wrong));
            Assert.Contains(parameter.Name, error.Message);
            Assert.Contains(parameter.Allowed, error.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Sparsity_outside_zero_to_one_is_refused(string method)
    {
        foreach (double sparsity in (double[])[1.2, 1, -0.1, double.NaN, double.PositiveInfinity])
        {
            var error = Refused(Toys.Options(method, sparsity));
            Assert.Equal("sparsity", error.Key);
            Assert.Contains("[0, 1)", error.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void An_unknown_parameter_is_refused(string method) =>
        Assert.Contains("no such parameter", Refused(Toys.Options(method, null, ("nonsense", "1"))).Message);

    [Fact]
    public void The_nearest_name_is_suggested()
    {
        Assert.Contains("did you mean 'pdwp'", Refused(Toys.Options("pdpw")).Message);
        Assert.Contains("did you mean 'gamma'", Refused(Toys.Options("pdwp", null, ("gama", "1"))).Message);
        var options = Toys.Options("gmp") with { Tensors = ["fc1", "fc3"] };
        var error = Assert.Throws<SettingException>(() => Toys.Pruner(options, Toys.Three()));
        Assert.Equal("tensors", error.Key);
        Assert.Contains("'fc3'", error.Message);
    }

    [Fact]
    public void Times_that_do_not_fit_are_refused()
    {
        var options = Toys.Options("gmp");
        Assert.Equal("end", Refused(options with { Start = At(0.5), End = At(0.4) }).Key);
        Assert.Equal("stop", Refused(options with { End = At(0.5), Stop = At(0.4) }).Key);
        Assert.Equal("start", Refused(options with { Start = At(1.5) }).Key);
        Assert.Equal("end", Refused(options with { End = At(double.NaN) }).Key);
        Assert.Equal("stop", Refused(options with { Stop = TrainingPoint.Step(40) }).Key);
        Assert.Equal("start", Refused(options with { Start = TrainingPoint.Step(-1) }).Key);
        Assert.Equal("update_every", Refused(options with { UpdateEvery = 0 }).Key);

        static TrainingPoint At(double fraction) => TrainingPoint.Fraction(fraction);
    }

    [Fact]
    public void A_time_that_is_set_moves_the_defaults_around_it()
    {
        var late = MethodCatalog.BuiltIn.Check(
            Toys.Options("pdwp") with { Start = TrainingPoint.Fraction(0.9) }, 1000);
        Assert.Equal((900, 900, 900), (late.Window.Start, late.Window.End, late.Window.Stop));
        var early = MethodCatalog.BuiltIn.Check(
            Toys.Options("pdwp") with { Stop = TrainingPoint.Fraction(0.2) }, 1000);
        Assert.Equal((50, 200, 200), (early.Window.Start, early.Window.End, early.Window.Stop));
        var usual = MethodCatalog.BuiltIn.Check(Toys.Options("pdwp"), 1000);
        Assert.Equal(
            (50, 500, 750, 1),
            (usual.Window.Start, usual.Window.End, usual.Window.Stop, usual.Window.Every));
    }

    [Theory]
    [InlineData(0.0025, 40, 1)]
    [InlineData(0.0025, 1000, 3)]
    [InlineData(0.0025, 100_000, 250)]
    [InlineData(1, 40, 40)]
    public void A_period_may_be_a_share_of_training_and_is_one_step_at_least(double share, int total, int steps)
    {
        var options = Toys.Options("pdwp") with { UpdateEvery = TrainingPeriod.Fraction(share) };
        Assert.Equal(steps, MethodCatalog.BuiltIn.Check(options, total).Window.Every);
        foreach (double wrong in (double[])[0, -0.1, 1.01, double.NaN])
            Assert.Equal("update_every", Refused(options with { UpdateEvery = TrainingPeriod.Fraction(wrong) }).Key);
    }

    [Fact]
    public void Other_nonsense_names_its_field()
    {
        Assert.Equal(
            "distribution", Refused(Toys.Options("gmp") with { Distribution = "erd" }).Key);
        Assert.Equal(
            "parameters.n", Refused(Toys.Options("sr-ste", null, ("n", "5"), ("m", "4"))).Key);
        Assert.Equal("parameters.gamma", Refused(Toys.Options("pdwp", null, ("gamma", "1.5"))).Key);
        Assert.Equal(
            "parameters.stages", Refused(Toys.Options("oneshot", null, ("stages", "2.5"))).Key);
        Assert.Equal("sparsity", Refused(Toys.Options("sr-ste", 0.987)).Key);
        Assert.Equal("steps", Assert.Throws<SettingException>(
            () => MethodCatalog.BuiltIn.Check(Toys.Options("gmp"), 0)).Key);
    }

    [Fact]
    public void A_model_without_the_groups_is_refused()
    {
        var error = Assert.Throws<SettingException>(() => MethodCatalog.BuiltIn.CreatePruner(
            Toys.Options("heads"), Toys.Three(), [], 40, 1));
        Assert.Contains("groups 'heads'", error.Message);
    }

    [Fact]
    public void Only_the_named_tensors_are_pruned()
    {
        var tensors = Toys.Three();
        var pruner = Toys.Pruner(Toys.Options("gmp", 0.5) with { Tensors = ["fc2"] }, tensors);
        for (int step = 0; step < 40; step++) Toys.TrainStep(pruner, new ToySgd(), step);
        Assert.Equal(["fc2"], pruner.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(0.5, tensors[2].Mask.Density);
        Assert.Equal(1, tensors[0].Mask.Density);
    }

    [Fact]
    public void Names_must_be_unique()
    {
        var catalog = MethodCatalog.BuiltIn.With(MethodCatalog.BuiltIn.Find("gmp") with { Name = "mine" });
        Assert.Equal("mine", catalog.Find("mine").Name);
        Assert.Throws<SettingException>(() => catalog.With(catalog.Find("gmp")));
        var twice = Toys.Tensor("w", 2, 2, 1);
        Assert.Throws<SettingException>(() => new PruningContext([twice, twice], [], 10, 1));
    }

    private static SettingException Refused(PruningOptions options) =>
        Assert.Throws<SettingException>(() => MethodCatalog.BuiltIn.Check(options, 40));
}
