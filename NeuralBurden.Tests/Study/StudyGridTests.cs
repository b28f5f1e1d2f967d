using System.Diagnostics;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Study;

public class StudyGridTests
{
    private static readonly RunConfig Base = RunConfig.Default with { Name = "s" };

    private static readonly RunEngine Engine = new(MethodCatalog.BuiltIn);

    [Fact]
    public void A_row_is_the_cross_product_of_its_keys_with_the_seeds()
    {
        var grid = Grid(
            [1, 2],
            Row("a", ("pruning.method", ["pdwp", "gmp"]), ("pruning.sparsity", ["0.9", "0.98"]), ("train.epochs", ["3", "5"])));

        var asked = grid.Cells.Where(c => c.Rows.Count > 0).ToList();
        Assert.Equal(2 * 2 * 2 * 2, asked.Count);
        Assert.Equal(grid.Cells.Count, grid.Cells.Select(c => c.Id).Distinct().Count());
        var one = Assert.Single(asked, c => c.Config is { Seed: 2, Train.Epochs: 5, Pruning: { Method: "gmp", Sparsity: 0.98 } });
        Assert.Equal("s-gmp-s0.98-5ep", one.Config.Name);
        // Whole seeds first, so that a study stopped early has whole pairs.
        Assert.Equal(asked.Select(c => c.Config.Seed).Order(), asked.Select(c => c.Config.Seed));
    }

    [Fact]
    public void Every_run_has_its_twin_before_it_once_for_each_seed_length_and_optimizer()
    {
        var grid = Grid(
            [1, 2],
            Row("a", ("pruning.method", ["pdwp", "gmp"]), ("pruning.sparsity", ["0.98"]), Merge(), ("train.epochs", ["3", "5"])),
            Row("b", ("pruning.method", ["pdwp"]), ("pruning.sparsity", ["0.9"]), ("optim.lr", ["0.5"])));

        var before = new HashSet<string>();
        Assert.All(grid.Cells, cell =>
        {
            before.Add(cell.Id);
            Assert.Contains(cell.TwinId, before);
            var (own, twin) = (cell.Config, cell.Twin);
            Assert.Equal(("dense", "none"), (twin.Pruning.Method, twin.Tokens.Merge));
            // But for pruning, merging and the name that says so, it is the same run.
            Assert.Equal(own with { Name = "", Pruning = new(), Tokens = new() }, twin with { Name = "", Pruning = new() });
        });
        Assert.Equal(2 * (2 + 1), grid.Cells.Count(c => c.IsTwin));
    }

    [Fact]
    public void Equal_configs_are_one_run_whichever_rows_ask_for_it()
    {
        var grid = Grid(
            [1],
            Row("a", ("pruning.method", ["dense", "pdwp"]), ("pruning.sparsity", ["0.9", "0.98"])),
            // Without merging neither layer nor r is read, without pruning neither sparsity nor times are.
            Row(
                "b",
                ("pruning.method", ["dense"]),
                ("pruning.sparsity", ["0.9"]),
                ("pruning.start", ["10%", "20%"]),
                ("tokens.layer", ["1", "2"])));

        var dense = Assert.Single(grid.Cells, c => c.Config.Pruning.Method == "dense");
        Assert.Equal(["a", "b"], dense.Rows);
        Assert.True(dense.IsTwin);
        Assert.Equal(3, grid.Cells.Count);
    }

    [Fact]
    public void Ids_are_a_function_of_the_config_alone()
    {
        var alone = Grid([2], Row("x", ("pruning.method", ["pdwp"]), ("pruning.sparsity", ["0.98"])));
        var among = Grid(
            [1, 2, 3],
            Row(
                "a",
                ("pruning.method", ["gmp", "pdwp"]),
                ("pruning.sparsity", ["0.5", "0.98"]),
                ("optim.lr", ["0.001", "0.01"])));

        Assert.All(alone.Cells, c => Assert.Contains(c.Id, among.Cells.Select(o => o.Id)));
        Assert.All(among.Cells, c => Assert.Equal(ConfigText.RunId(c.Config), c.Id));
    }

    [Fact]
    public void A_run_is_named_by_what_its_method_fills_in()
    {
        string[] axes = ["pdwp"];
        var left = Grid([1], Row("x", ("pruning.method", axes), ("pruning.sparsity", ["0.98"])));
        var config = left.Cells.Single(c => !c.IsTwin).Config;
        Assert.NotNull(config.Pruning.UpdateEvery);

        string given = config.Pruning.UpdateEvery.ToString()!;
        var said = Grid(
            [1], Row("x", ("pruning.method", axes), ("pruning.sparsity", ["0.98"]), ("pruning.update_every", [given])));

        Assert.Equal(left.Cells.Select(c => c.Id), said.Cells.Select(c => c.Id));
        Assert.Equal(left.Cells[1].Factors, said.Cells[1].Factors);
    }

    [Fact]
    public void What_tuning_found_for_a_method_reaches_all_its_runs_and_no_other()
    {
        var study = new StudyConfig
        {
            Settings = [new("gmp", "optim.lr", "0.002"), new("gmp", "pruning.start", "30%")],
            Rows = [Row("a", ("pruning.method", ["dense", "pdwp", "gmp"]), ("pruning.sparsity", ["0.98"]))],
        };

        var grid = StudyGrid.Create(Base, study, Engine.Resolve);

        var gmp = Assert.Single(grid.Cells, c => c.Config.Pruning.Method == "gmp");
        Assert.Equal((0.002, "30%"), (gmp.Config.Optim.Lr, gmp.Config.Pruning.Start.ToString()));
        // Its twin has its rate; the dense network of the study has its own.
        Assert.Equal(0.002, gmp.Twin.Optim.Lr);
        Assert.DoesNotContain("optim.lr", gmp.Factors.Keys);
        Assert.Equal("0.002", grid.Cells.Single(c => c.Id == gmp.TwinId).Factors["optim.lr"]);
        Assert.Equal(Base.Optim.Lr, grid.Cells.Single(c => c.Config.Pruning.Method == "pdwp").Config.Optim.Lr);
        Assert.Equal(2, grid.Cells.Count(c => c.IsTwin));
    }

    [Fact]
    public void Factors_tell_method_sparsity_merge_and_length_and_else_only_departures()
    {
        var grid = Grid(
            [1],
            Row("a", ("pruning.method", ["pdwp"]), ("pruning.sparsity", ["0.98"]), Merge(), ("tokens.layer", ["2"])),
            Row("b", ("pruning.method", ["pdwp"]), ("pruning.sparsity", ["0.98"]), ("pruning.parameters.gamma", ["0"])));

        var merged = grid.Cells.Single(c => c.Config.Tokens.Merges).Factors;
        Assert.Equal(
            "pruning.method=pdwp pruning.sparsity=0.98 tokens.layer=2 tokens.merge=single-pass tokens.r=25% train.epochs=10",
            string.Join(' ', merged.Select(f => $"{f.Key}={f.Value}")));
        var frozen = grid.Cells.Single(c => c.Factors.ContainsKey("pruning.parameters.gamma")).Factors;
        Assert.Equal(
            "pruning.method=pdwp pruning.parameters.gamma=0 pruning.sparsity=0.98 tokens.merge=none train.epochs=10",
            string.Join(' ', frozen.Select(f => $"{f.Key}={f.Value}")));
        var dense = grid.Cells.Single(c => c.IsTwin).Factors;
        Assert.Equal(
            "pruning.method=dense pruning.sparsity=0 tokens.merge=none train.epochs=10",
            string.Join(' ', dense.Select(f => $"{f.Key}={f.Value}")));
    }

    [Fact]
    public void A_base_with_pruning_and_merging_of_its_own_makes_no_departures()
    {
        var own = Base with
        {
            Pruning = new PruningConfig { Method = "pdwp", Start = Duration.Percent(10) },
            Tokens = new TokensConfig { Layer = 3, Metric = MergeMetric.Tokens },
        };

        var rows = Row("a", ("pruning.method", ["dense", "pdwp", "gmp"]));

        var grid = StudyGrid.Create(own, new StudyConfig { Rows = [rows] }, Engine.Resolve);

        Assert.All(grid.Cells, c => Assert.Equal(StudyFactors.Always.Length - 2, c.Factors.Count));
        Assert.All(grid.Cells, c => Assert.True(c.IsTwin == (c.Config.Pruning.Method == "dense")));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.98)]
    public void A_small_dense_network_has_the_parameters_that_pruning_keeps_and_the_whole_network_as_twin(double sparsity)
    {
        var origin = Base with { Model = new ModelConfig { Dim = 32, Heads = 4, MlpRatio = 2 } };
        long kept = SmallDenseShape.Parameters(origin, sparsity).Kept;

        var row = Row("small") with { Small = [sparsity] };

        var grid = StudyGrid.Create(origin, new StudyConfig { Rows = [row] }, Engine.Resolve);

        var cell = Assert.Single(grid.Cells, c => c.Rows.Count > 0);
        long count = SmallDenseShape.Parameters(cell.Config, 0).All;
        Assert.InRange((double)count / kept, 0.97, 1.03);
        Assert.Equal(0, cell.Config.Model.Dim % cell.Config.Model.Heads);
        Assert.InRange(cell.Config.Model.MlpRatio / origin.Model.MlpRatio, 0.24, 4.1);
        Assert.Equal(origin.Model, cell.Twin.Model);
        Assert.Equal(sparsity.ToString("R", System.Globalization.CultureInfo.InvariantCulture), cell.Factors["small"]);
        Assert.Equal(StudyFactors.Always.Length - 2 + 1, cell.Factors.Count);
    }

    [Fact]
    public void Sparsity_zero_gives_the_model_itself()
    {
        var origin = Base with { Model = new ModelConfig { Dim = 32, Heads = 4, MlpRatio = 2 } };

        Assert.Equal(origin.Model, SmallDenseShape.Find(origin, 0));
    }

    [Fact]
    public void Too_many_runs_are_refused_before_any_is_made()
    {
        string[] rates = [.. Enumerable.Range(1, 1000).Select(i => $"{i}")];
        var row = Row("big", ("train.epochs", rates), ("train.batch_size", rates), ("model.depth", rates), ("seed", rates));
        var watch = Stopwatch.StartNew();

        var error = Assert.Throws<SettingException>(() => Grid([1, 2], Row("few"), row));

        Assert.Equal("study.rows.big", error.Key);
        Assert.Contains("2,000,000,000,002 runs; allowed: at most 20,000", error.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_small_network_that_is_to_be_pruned_is_refused()
    {
        var error = Assert.Throws<SettingException>(
            () => Grid([1], Row("a", ("pruning.method", ["gmp"])) with { Small = [0.9] }));

        Assert.Equal("study.rows.a", error.Key);
    }

    private static (string, string[]) Merge() => ("tokens.merge", ["single-pass"]);

    private static StudyRow Row(string name, params (string Key, string[] Values)[] axes) =>
        new() { Name = name, Axes = [.. axes.Select(a => new StudyAxis(a.Key, a.Values))] };

    private static StudyGrid Grid(int[] seeds, params StudyRow[] rows) =>
        StudyGrid.Create(Base, new StudyConfig { Seeds = seeds, Rows = rows }, Engine.Resolve);
}
