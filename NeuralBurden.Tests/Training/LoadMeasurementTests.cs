using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Tests.Burden;
using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>Loads of stored runs: each against plain loops, the references, and what is absent when.</summary>
public sealed class LoadMeasurementTests(LoadRuns runs) : IClassFixture<LoadRuns>
{
    private const double Relative = 1e-5;

    [Fact]
    public void Every_measure_agrees_with_plain_loops()
    {
        using var device = DeviceCatalog.Open("cpu", 1);
        var data = RunEngine.LoadData(runs.Pruned, new RunOptions());
        var (run, stored) = ModelFile.Open(device, runs.Pruned, data.Train, runs.PrunedFolder.CheckpointPath);
        using var owned = run;
        using var twin = ModelFile.Open(device, runs.Dense, data.Train, runs.DenseFolder.CheckpointPath).Model;
        using var shot = ModelFile.Open(device, runs.Pruned, data.Train, runs.DenseFolder.CheckpointPath).Model;
        ShotNetwork.Prune(device, shot, ModelFile.Masks(stored, run), runs.Pruned, 10);
        foreach (var model in new[] { run, twin, shot }) Forward(device, model, data);
        for (int i = 0; i < 2; i++)
        {
            PlainLoads own = new(device, run, i), dense = new(device, twin, i), selected = new(device, shot, i);
            var mlp = own.Mlp.Against(dense.Mlp, selected.Mlp);
            var heads = own.Heads.Against(dense.Heads, selected.Heads);
            var signal = new PlainSignal(own, dense);
            double cost = dense.Mlp.Mean(dense.Mlp.Energy);
            mlp["eps_twin"] = signal.Error;
            foreach (double beta in LoadMeasures.Betas)
            {
                mlp[LoadMeasures.Burden(beta)] = signal.Error + (beta * mlp["cost"]);
                heads[LoadMeasures.Burden(beta)] = signal.Error + (beta * heads["cost"]);
                mlp[LoadMeasures.Best(beta)] = mlp[LoadMeasures.Burden(beta)] * signal.BestShare(beta, cost, -0.17);
            }

            // Where rates cost nothing, descent along single coordinates does not arrive: it is a bound from above. That
            // the search does is a matter of the optimum's conditions, checked with its other laws.
            string free = LoadMeasures.Best(0);
            Assert.InRange(At(i, BlockLoads.Mlp).Values[free], 0, mlp[free] * (1 + Relative));
            mlp[free] = At(i, BlockLoads.Mlp).Values[free];
            // Checked by what it is, below.
            mlp[LoadMeasures.SpanLimit] = At(i, BlockLoads.Mlp).Values[LoadMeasures.SpanLimit];
            Agree(mlp, At(i, BlockLoads.Mlp));
            Agree(heads, At(i, BlockLoads.Heads));
        }
    }

    [Fact]
    public void Run_level_values_are_means_over_blocks()
    {
        foreach (var measure in LoadMeasures.All)
        {
            foreach (string site in measure.Sites)
            {
                double mean = runs.End.Blocks.Where(b => b.Site == site).Average(b => b.Values[measure.Key]);
                string key = site == BlockLoads.Mlp ? measure.Key : LoadMeasures.HeadsPrefix + measure.Key;
                Assert.Equal(mean, runs.End.Values[key], 12);
            }
        }
    }

    [Fact]
    public void The_best_rates_do_no_worse_than_the_actual_ones_and_no_better_than_the_span_allows()
    {
        foreach (var block in runs.Records.SelectMany(r => r.Blocks).Where(b => b.Site == BlockLoads.Mlp))
        {
            foreach (double beta in LoadMeasures.Betas)
            {
                Assert.InRange(
                    block.Values[LoadMeasures.Best(beta)], block.Values[LoadMeasures.SpanLimit] * (1 - 1e-9),
                    block.Values[LoadMeasures.Burden(beta)] * (1 + 1e-9));
            }
        }
    }

    [Fact]
    public void Accuracies_and_divergence_are_those_of_the_logits()
    {
        var engine = new RunEngine(NeuralBurden.Pruning.Catalog.MethodCatalog.BuiltIn);
        var run = engine.Evaluate(runs.Pruned, runs.PrunedFolder.CheckpointPath, new RunOptions { Threads = 1 }, default);
        var twin = engine.Evaluate(runs.Dense, runs.DenseFolder.CheckpointPath, new RunOptions { Threads = 1 }, default);
        double sum = 0, different = 0;
        for (int i = 0; i < run.Images; i++)
        {
            double[] p = Softmax(twin, i), q = Softmax(run, i);
            sum += p.Select((x, k) => x * Math.Log(x / q[k])).Sum();
            different += Array.IndexOf(p, p.Max()) == Array.IndexOf(q, q.Max()) ? 0 : 1;
        }

        Assert.Equal((run.Accuracy, run.Loss, twin.Accuracy), (runs.End.Accuracy, runs.End.Loss, runs.End.TwinAccuracy));
        Close(sum / run.Images, runs.End.OutputKl!.Value, "output KL");
        Close(different / run.Images, runs.End.Disagreement!.Value, "disagreement");
        byte[] bits = Convert.FromBase64String(runs.End.Correct!);
        Assert.Equal((run.Images + 7) / 8, bits.Length);
        Assert.Equal(runs.End.Accuracy * run.Images, bits.Sum(b => byte.PopCount(b)), 9);
        Assert.All(runs.Records.SkipLast(1), r => Assert.Null(r.Correct));
    }

    [Fact]
    public void A_twin_beside_itself_has_no_load_and_its_shot_is_itself()
    {
        var end = runs.Measure(runs.Dense, runs.DenseFolder)[^1];

        Assert.Equal(
            (end.Accuracy, end.Accuracy, 0.0, 0.0),
            (end.TwinAccuracy, end.ShotAccuracy, end.OutputKl, end.Disagreement));
        foreach (var block in end.Blocks)
        {
            foreach (var (key, value) in block.Values.Where(v => v.Key.Contains("_twin") || v.Key.Contains("_shot")))
            {
                double expected = key switch
                {
                    LoadMeasures.LogP95KappaTwin or LoadMeasures.LogP95KappaShot => block.Values[LoadMeasures.LogP95Kappa],
                    LoadMeasures.AliveShareShot => 1,
                    _ => 0,
                };
                Assert.Equal(expected, value, 6);
            }

            Assert.Equal(1, block.Values[LoadMeasures.Cost]);
            Assert.Equal(block.Units, block.Alive);
        }
    }

    [Fact]
    public void A_merged_run_is_weighed_by_sizes_that_sum_to_the_tokens()
    {
        // 16 patches and a class token; a quarter of 16 merges in block 1 before its MLP.
        Assert.Equal([17, 13, 13, 13], runs.End.Blocks.OrderBy(b => (b.Block, b.Site)).Select(b => b.Tokens).Order().Reverse());
        using var device = DeviceCatalog.Open("cpu", 1);
        var data = RunEngine.LoadData(runs.Pruned, new RunOptions());
        using var run = ModelFile.Open(device, runs.Pruned, data.Train, runs.PrunedFolder.CheckpointPath).Model;
        Forward(device, run, data);
        var loads = new PlainLoads(device, run, 1);
        Assert.All(loads.HiddenSizes, sizes => Assert.Equal(17, sizes.Sum()));
        Assert.Contains(loads.HiddenSizes[0], size => size > 1);
    }

    [Fact]
    public void A_twin_that_is_worse_than_the_run_says_nothing_and_the_shot_still_does()
    {
        var config = runs.Dense with
        {
            Data = runs.Dense.Data with { TestCount = 1000 },
            Burden = new BurdenConfig { ProbeImages = 0 },
        };
        var brief = config with { Train = config.Train with { Epochs = 1 }, Optim = config.Optim with { Lr = 1e-6 } };
        var folder = runs.Train(brief);
        var end = Assert.Single(LoadMeasurement.Measure(
            config, runs.DenseFolder.Path, brief, folder.Path, new RunOptions { Threads = 1 }, default));

        Assert.True(end.Absent?.StartsWith("the twin is ", StringComparison.Ordinal), $"{end.TwinAccuracy}, {end.Accuracy}");
        Assert.True(end.TwinAccuracy < end.Accuracy);
        Assert.Equal((null, null), (end.OutputKl, end.Disagreement));
        foreach (var measure in LoadMeasures.All) Assert.Equal(!measure.AgainstTwin, end.Values.ContainsKey(measure.Key));
    }

    [Theory]
    [InlineData(0.90, 0.92, 2000, true)]
    [InlineData(0.90, 0.915, 2000, false)]
    [InlineData(0.92, 0.90, 2000, false)]
    public void A_reference_is_unfit_when_worse_by_more_than_two_standard_errors(
        double reference, double judged, int images, bool unfit) =>
        Assert.Equal(unfit, NetworkOutput.Unfit("it", reference, judged, images) is not null);

    [Theory]
    [InlineData("gmp", 0.8, null)]
    [InlineData("rigl", 0.8, null)]
    [InlineData("gmp", 0.8, SparsityDistribution.Erk)]
    [InlineData("str", 0.8, null)]
    [InlineData("nm-2-4", null, null)]
    [InlineData("block", 0.5, null)]
    [InlineData("mlp-units", 0.5, null)]
    [InlineData("heads", 0.5, null)]
    public void The_shot_is_as_sparse_as_the_run_in_the_same_pattern(
        string method, double? sparsity, SparsityDistribution? distribution)
    {
        var config = runs.Dense with
        {
            Burden = new BurdenConfig { ProbeImages = 0 },
            Train = runs.Dense.Train with { Epochs = 2 },
            Pruning = new PruningConfig { Method = method, Sparsity = sparsity, Distribution = distribution },
        };
        using var device = DeviceCatalog.Open("cpu", 1);
        var data = RunEngine.LoadData(config, new RunOptions());
        var (run, stored) = ModelFile.Open(device, config, data.Train, runs.Train(config).CheckpointPath);
        using var owned = run;
        using var shot = ModelFile.Open(device, config, data.Train, runs.DenseFolder.CheckpointPath).Model;
        var masks = ModelFile.Masks(stored, run);
        ShotNetwork.Prune(device, shot, masks, config, 10);
        var kept = SparsityCount.Of(device, shot).Where(m => masks.Any(p => p.Weight.Name == m.Name)).ToList();

        Assert.Equal(masks.Sum(m => m.Mask.Count), kept.Sum(m => m.Kept), tolerance: 3);
        if (method == "mlp-units")
        {
            float[] rows = HostCopy.Of(device, shot.Blocks[0].Fc1.Weight.Effective);
            float[] columns = HostCopy.Of(device, shot.Blocks[0].Fc2.Weight.Effective);
            for (int j = 0; j < 32; j++)
                Assert.Equal(rows.Chunk(16).ElementAt(j).All(w => w == 0), columns.Chunk(32).All(row => row[j] == 0));
        }

        if (distribution is not null)
            Assert.All(masks.Zip(kept), p => Assert.Equal(p.First.Mask.Count, p.Second.Kept, tolerance: 1));
        if (method == "nm-2-4")
        {
            float[] w = HostCopy.Of(device, shot.Blocks[0].Fc1.Weight.Effective);
            Assert.All(w.Chunk(4), four => Assert.Equal(2, four.Count(x => x != 0)));
        }
    }

    [Fact]
    public void Silencing_ranks_by_kappa_and_compares_with_twenty_draws_in_run_and_twin()
    {
        Assert.Equal(("kappa", 20), (runs.End.Silencing!.By, runs.End.Silencing.RandomAccuracies.Count));
        Assert.Equal(("kappa", 20), (runs.End.TwinSilencing!.By, runs.End.TwinSilencing.RandomAccuracies.Count));
        Assert.Equal(runs.End.Accuracy, runs.End.Silencing.Accuracy, 12);
        Assert.Equal(runs.End.TwinAccuracy, runs.End.TwinSilencing.Accuracy, 12);
    }

    [Fact]
    public void Measuring_again_gives_the_same_bits() => Assert.Equal(
        runs.Records.Select(r => r.Values.ToList()), runs.Measure(runs.Pruned, runs.PrunedFolder).Select(r => r.Values.ToList()));

    [Fact]
    public void Records_are_read_back_as_written()
    {
        runs.PrunedFolder.WriteLoads(runs.Records);
        var read = runs.PrunedFolder.ReadLoads()!;

        Assert.Equal(runs.Records.Select(r => (r.Step, r.Share, r.OutputKl)), read.Select(r => (r.Step, r.Share, r.OutputKl)));
        Assert.Equal(runs.End.Values, read[^1].Values);
        Assert.Equal(runs.End.Blocks[1].Values, read[^1].Blocks[1].Values);
    }

    [Fact]
    public void A_twin_that_prunes_merges_or_has_another_shape_is_refused()
    {
        void Refused(RunConfig twin, string key)
        {
            var error = Assert.Throws<SettingException>(() => LoadMeasurement.Measure(
                runs.Pruned, runs.PrunedFolder.Path, twin, runs.DenseFolder.Path, new RunOptions(), default));
            Assert.Equal(key, error.Key);
        }

        Refused(runs.Dense with { Pruning = runs.Pruned.Pruning }, "pruning.method");
        Refused(runs.Dense with { Tokens = runs.Pruned.Tokens }, "tokens.merge");
        Refused(runs.Dense with { Model = runs.Dense.Model with { Dim = 32 } }, "model.dim");
    }

    [Fact]
    public void The_guide_lists_every_measure_as_the_table_has_it()
    {
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "burden.md"));
        foreach (var m in LoadMeasures.All)
        {
            string sites = m.Sites.Count == 2 ? "both" : m.Sites[0];
            Assert.Contains($"| `{m.Key}` | {m.Name} | {m.Formula} | {m.Meaning} | {m.Unit} | {sites} |", guide);
        }

        int rows = guide.Split('\n').Count(l => l.StartsWith("| `", StringComparison.Ordinal) && l.Count(c => c == '|') == 7);
        Assert.Equal(LoadMeasures.All.Count, rows);
    }

    private BlockLoads At(int block, string site) => runs.End.Blocks.Single(b => b.Block == block && b.Site == site);

    private static void Forward(Device device, VisionTransformer model, ImageDatasetPair data)
    {
        using var images = new DeviceImages(device, data.Test, data.Test.Count, data.Train.Mean, data.Train.Std);
        model.Forward(images.Load([.. Enumerable.Range(0, data.Test.Count)], []).Images, ModelPass.Evaluation);
    }

    private static void Agree(Dictionary<string, double> expected, BlockLoads loads)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), loads.Values.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, value) in expected) Close(value, loads.Values[key], $"{key} of block {loads.Block}, {loads.Site}");
    }

    private static void Close(double expected, double actual, string what) => Assert.True(
        Math.Abs(expected - actual) <= Relative * Math.Max(Math.Abs(expected), 1e-3),
        $"{what}: {actual}, by plain loops {expected}");

    private static double[] Softmax(EvaluationResult result, int image)
    {
        float[] row = result.Logits.Slice(image * result.Classes, result.Classes).ToArray();
        double[] powers = [.. row.Select(x => Math.Exp(x))];
        return [.. powers.Select(x => x / powers.Sum())];
    }
}
