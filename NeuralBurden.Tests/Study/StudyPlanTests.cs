using NeuralBurden.Vit.Configuration;
using NeuralBurden.Vit.Study;
using Xunit;

namespace NeuralBurden.Tests.Study;

public class StudyPlanTests
{
    private static readonly RunConfig Base = RunConfig.Default with { Name = "s" };

    private static readonly StudyConfig Full = new()
    {
        Methods = ["pdwp", "gmp"],
        Sparsities = [0, 0.5, 0.9],
        Seeds = [1, 2, 3],
        MergingKinds = ["single-pass"],
        MergingR = [TokenQuantity.Share(0.125), TokenQuantity.Share(0.5)],
        MergingSparsities = [0, 0.9],
        ControlKinds = ["drop"],
        ControlR = [TokenQuantity.Share(0.5)],
        ControlMethods = ["pdwp"],
        SmallDense = [0.9],
        FrozenMethods = ["oneshot"],
        GammaZeroMethods = ["pdwp"],
        FrozenSparsities = [0.9],
    };

    [Fact]
    public void The_grid_has_every_cell_once_for_every_seed()
    {
        var plan = StudyPlan.Create(Base, Full);

        var counts = plan.Cells.GroupBy(c => c.Role).ToDictionary(g => g.Key, g => g.Count() / 3);
        Assert.Equal(1, counts[StudyRole.Dense]);
        Assert.Equal(2 * 2, counts[StudyRole.Pruned]);
        Assert.Equal(2 * (1 + 2), counts[StudyRole.Merged]);
        Assert.Equal(1 + 1, counts[StudyRole.MergeControl]);
        Assert.Equal((1, 1, 1), (counts[StudyRole.SmallDense], counts[StudyRole.Frozen], counts[StudyRole.GammaZero]));
        Assert.Equal(plan.Cells.Count, plan.Cells.Select(c => ConfigText.RunId(c.Config)).Distinct().Count());
        Assert.Equal(plan.Cells.Count / 3, plan.Points);
    }

    [Fact]
    public void Every_cell_is_paired_with_the_others_of_its_seed()
    {
        var plan = StudyPlan.Create(Base, Full);

        var names = plan.Cells.GroupBy(c => c.Seed).Select(g => g.Select(c => c.Config.Name).ToList()).ToList();

        Assert.Equal(3, names.Count);
        Assert.All(names, n => Assert.Equal(names[0], n));
        // Whole seeds first, so that a study stopped early has whole pairs.
        Assert.Equal(plan.Cells.Select(c => c.Seed).Order(), plan.Cells.Select(c => c.Seed));
    }

    [Fact]
    public void A_cell_is_the_base_with_its_method_sparsity_and_merging()
    {
        var cell = StudyPlan.Create(Base with { Train = new TrainConfig { Epochs = 3 } }, Full).Cells
            .First(c => c.Role == StudyRole.Merged && c.Method == "gmp" && c.R == TokenQuantity.Share(0.5));

        var config = cell.Config;
        Assert.Equal("s-gmp-s0.9-single-pass-r0.5", config.Name);
        Assert.Equal(("gmp", 0.9), (config.Pruning.Method, config.Pruning.Sparsity));
        Assert.Equal(("single-pass", TokenQuantity.Share(0.5)), (config.Tokens.Merge, config.Tokens.R));
        Assert.Equal(3, config.Train.Epochs);
    }

    [Fact]
    public void Settings_of_a_method_reach_its_runs_alone()
    {
        var study = Full with { Settings = [new StudySetting("gmp", "pruning.start", "30%")] };

        var plan = StudyPlan.Create(Base, study);

        Assert.All(plan.Cells, c => Assert.Equal(c.Method == "gmp" ? "30%" : null, c.Config.Pruning.Start?.ToString()));
        Assert.Contains("  settings:\n    gmp: {pruning.start: 30%}\n", StudyFields.ToYaml(study), StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_keeps_the_parameters_that_the_base_gives_it_and_no_other()
    {
        var origin = Base with
        {
            Pruning = new PruningConfig { Method = "pdwp", Parameters = MethodParameters.Empty.With("lambda", "0.1") },
        };

        var plan = StudyPlan.Create(origin, Full);

        Assert.All(plan.Cells.Where(c => c.Method == "pdwp"), c => Assert.Equal("0.1", c.Config.Pruning.Parameters["lambda"]));
        Assert.All(plan.Cells.Where(c => c.Method != "pdwp"), c => Assert.Empty(c.Config.Pruning.Parameters));
        var zero = plan.Cells.First(c => c.Role == StudyRole.GammaZero).Config;
        Assert.Equal(("pdwp", "0"), (zero.Pruning.Method, zero.Pruning.Parameters["gamma"]));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.98)]
    public void A_small_dense_network_has_the_parameters_that_pruning_keeps(double sparsity)
    {
        var origin = Base with { Model = new ModelConfig { Dim = 32, Heads = 4, MlpRatio = 2 } };
        long kept = SmallDenseShape.Parameters(origin, sparsity).Kept;

        var small = SmallDenseShape.Find(origin, sparsity);

        long count = SmallDenseShape.Parameters(origin with { Model = small }, 0).All;
        Assert.InRange((double)count / kept, 0.97, 1.03);
        Assert.Equal(0, small.Dim % small.Heads);
        Assert.InRange(small.MlpRatio / origin.Model.MlpRatio, 0.24, 4.1);
    }

    [Fact]
    public void Sparsity_zero_gives_the_model_itself()
    {
        var origin = Base with { Model = new ModelConfig { Dim = 32, Heads = 4, MlpRatio = 2 } };

        Assert.Equal(origin.Model, SmallDenseShape.Find(origin, 0));
    }

    [Fact]
    public void A_grid_with_a_hole_names_the_key()
    {
        Refused("study.methods", Full with { Methods = [] });
        Refused("study.sparsities", Full with { Sparsities = [0] });
        Refused("study.merging.r", Full with { MergingR = [] });
        Refused("study.controls.r", Full with { ControlR = [] });
        Refused("study.merging.methods", Full with { MergingMethods = ["rigl"] });
        Refused("study.merging.sparsities", Full with { MergingSparsities = [0.8] });
        Refused("study.controls.sparsities", Full with { ControlSparsities = [0.8] });
        Refused("study.frozen.sparsities", Full with { FrozenSparsities = [0.8] });
        Refused("study.settings", Full with { Settings = [new StudySetting("rigl", "pruning.start", "30%")] });
        Refused("study.frozen.gamma_zero", Full with { GammaZeroMethods = ["dpf"] });
    }

    [Fact]
    public void A_study_written_as_yaml_lists_what_is_set()
    {
        string yaml = StudyFields.ToYaml(Full);

        Assert.Contains("  methods: [pdwp, gmp]\n", yaml, StringComparison.Ordinal);
        Assert.Contains("  merging:\n    kinds: [single-pass]\n    r: [12.5%, 50%]\n", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("controls:\n    sparsities", yaml, StringComparison.Ordinal);
    }

    private static void Refused(string key, StudyConfig study) =>
        Assert.Equal(key, Assert.Throws<ConfigException>(() => StudyPlan.Create(Base, study)).Key);
}
