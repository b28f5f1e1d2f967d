using System.Text.Json;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>The burden of real runs: when it is measured, against what, and how it is printed.</summary>
public sealed class BurdenRunTests : IDisposable
{
    private static readonly RunConfig Pruned = TrainingRuns.Small with
    {
        Data = TrainingRuns.Small.Data with { TrainCount = 320, TestCount = 60 },
        Train = new TrainConfig { Epochs = 4, BatchSize = 64 },
        Pruning = new PruningConfig
        {
            Method = "gmp",
            Sparsity = 0.8,
            Start = Duration.Steps(6),
            End = Duration.Steps(12),
            Stop = Duration.Steps(12),
            UpdateEvery = Duration.Steps(3),
        },
        Burden = new BurdenConfig { ProbeImages = 32, Silencing = true },
    };

    private readonly TrainingRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void A_run_is_measured_before_pruning_right_after_mask_changes_and_recovered()
    {
        var (result, folder) = _runs.Run(Pruned);
        var mlp = Read(folder).Where(r => r.Site == BurdenSite.Mlp && r.Layer == 0).ToList();

        // Masks change at steps 6, 9 and 12, epochs have 5 steps. The first update of the cubic schedule asks for 0.
        Assert.Equal(
            [
                (5, BurdenPhase.EpochEnd, BurdenReference.Self),
                (9, BurdenPhase.BeforePruning, BurdenReference.Self),
                (10, BurdenPhase.AfterMaskChange, BurdenReference.Checkpoint),
                (10, BurdenPhase.EpochEnd, BurdenReference.Checkpoint),
                (12, BurdenPhase.Recovered, BurdenReference.Checkpoint),
                (13, BurdenPhase.AfterMaskChange, BurdenReference.Checkpoint),
                (15, BurdenPhase.EpochEnd, BurdenReference.Checkpoint),
                (20, BurdenPhase.EpochEnd, BurdenReference.Checkpoint),
                (20, BurdenPhase.Recovered, BurdenReference.Checkpoint),
            ],
            mlp.Select(r => (r.Step, r.Phase, r.Reference)));
        Assert.All(mlp.Where(r => r.Reference == BurdenReference.Self), r => Assert.Equal(0, r.Burden));
        var last = mlp[^1];
        Assert.InRange(last.Sparsity, 0.7, 0.9);
        Assert.InRange(last.BestError!.Value, last.SpanError!.Value, last.SignalError!.Value);
        Assert.Equal(last.SignalError + Math.Max(0, last.RateCostRatio!.Value - 1), last.Burden);
        Assert.Equal("contribution_ratio", result.Silencing!.By);
        Assert.Equal(result.TestAccuracy, result.Silencing.Accuracy, 12);
        Assert.Equal(Enum.GetValues<BurdenSite>(), Read(folder).Select(r => r.Site).Distinct().Order());
    }

    [Theory]
    [InlineData("gmp", ReferenceChoice.Shadow, "burden.reference: shadow is not valid for 'gmp'")]
    [InlineData("static-random", ReferenceChoice.Checkpoint, "burden.reference: checkpoint is not valid for 'static-random'")]
    [InlineData("gmp", ReferenceChoice.Twin, "burden.twin: there is no file ")]
    public void A_reference_that_is_not_valid_is_refused_before_training(string method, ReferenceChoice choice, string told)
    {
        var config = Pruned with
        {
            Pruning = new PruningConfig { Method = method, Sparsity = 0.5 },
            Burden = Pruned.Burden with { Reference = choice, Twin = "nowhere" },
        };

        var error = Assert.Throws<SettingException>(() => _runs.Run(config));
        Assert.StartsWith(told, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pdwp", BurdenReference.Shadow)]
    [InlineData("static-random", BurdenReference.None)]
    [InlineData("dense", BurdenReference.Self)]
    public void Auto_takes_the_reference_that_the_method_allows(string method, BurdenReference expected)
    {
        var config = Pruned with { Pruning = new PruningConfig { Method = method, Sparsity = 0.5 } };
        var (result, folder) = _runs.Run(config);

        Assert.Equal(expected, Read(folder)[^1].Reference);
        Assert.Equal(
            expected == BurdenReference.Shadow ? "contribution_ratio" : "contribution", result.Silencing!.By);
    }

    [Fact]
    public void A_twin_is_read_from_another_runs_model()
    {
        var (_, dense) = _runs.Run(Pruned with { Pruning = new PruningConfig { Method = "dense" } });
        var burden = new BurdenConfig
        {
            ProbeImages = 32,
            Reference = ReferenceChoice.Twin,
            Twin = dense.CheckpointPath,
        };
        var (_, folder) = _runs.Run(Pruned with { Burden = burden });
        var last = Read(folder).Last(r => r.Site == BurdenSite.Mlp);

        Assert.Equal(BurdenReference.Twin, last.Reference);
        Assert.NotNull(last.ReferenceRate);
        Assert.InRange(last.Similarity!.Value, 0, 1);
        Assert.Null(last.ContributionRatio);
    }

    [Fact]
    public void Commands_of_the_guide_work()
    {
        var (_, folder) = _runs.Run(Pruned);
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "burden.md"));
        var commands = guide.Split('\n').Where(l => l.StartsWith("    nb ", StringComparison.Ordinal)).ToList();

        Assert.True(commands.Count >= 5);
        foreach (string command in commands)
        {
            string[] words = command.Trim().Replace("runs/NAME-HASH8", "RUNDIR", StringComparison.Ordinal).Split(' ')[1..];
            if (words[0] == "train")
            {
                Assert.All(words.Where(w => w.Contains('=')), w =>
                    ConfigFields.Find(w.Split('=')[0])!.Set(RunConfig.Default, w.Split('=')[1]));
                continue;
            }

            var (code, printed) = Nb([.. words.Select(w => w == "RUNDIR" ? folder.Path : w)]);
            Assert.True(code == 0, printed);
            Assert.Contains("contribution", printed, StringComparison.Ordinal);
            if (words.Contains("--json")) Assert.Equal(2, Json(printed).GetProperty("records").GetArrayLength());
            else Assert.Contains("contribution ratio K: c / c0; burden of a unit", printed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_epoch_that_was_not_measured_is_named_with_those_that_were()
    {
        var (_, folder) = _runs.Run(Pruned with { Burden = Pruned.Burden with { Every = 2 } });
        var (code, printed) = Nb(["burden", folder.Path, "--epoch", "3"]);

        Assert.Equal(1, code);
        Assert.Contains("in epoch 3; measured: 2, 4", printed, StringComparison.Ordinal);
    }

    private static IReadOnlyList<BurdenRecord> Read(RunFolder folder) =>
        BurdenRecords.Read(Path.Combine(folder.Path, RunFolder.BurdenFile));

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static (int Code, string Printed) Nb(string[] arguments)
    {
        var output = new StringWriter();
        int code = NbProgram.Run(arguments, Shell.Of(output, output, NbProgram.Engine));
        return (code, output.ToString());
    }
}
