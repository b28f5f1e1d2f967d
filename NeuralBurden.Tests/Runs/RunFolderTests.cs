using System.Text.Json;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private static readonly RunConfig Config = RunConfig.Default with { Name = "first-pdwp" };

    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Folder_is_named_by_run_and_hash_and_holds_the_resolved_config()
    {
        var folder = RunFolder.Open(_root.Path, Config);

        Assert.Equal($"first-pdwp-{ConfigText.Hash(Config)}", Path.GetFileName(folder.Path));
        Assert.Equal(ConfigText.ToYaml(Config), File.ReadAllText(Path.Combine(folder.Path, "config.yaml")));
    }

    [Fact]
    public void Run_is_finished_once_its_result_is_stored_and_only_for_its_own_config()
    {
        var folder = RunFolder.Open(_root.Path, Config);
        Assert.False(RunFolder.IsFinished(_root.Path, Config));

        folder.WriteResult(SyntheticRuns.Result(Config, 0.97, 0.9));

        Assert.True(RunFolder.IsFinished(_root.Path, Config));
        Assert.False(RunFolder.IsFinished(_root.Path, Config with { Seed = 2 }));
    }

    [Fact]
    public void Result_of_another_config_or_a_damaged_one_does_not_finish_a_run()
    {
        var folder = RunFolder.Open(_root.Path, Config);
        folder.WriteResult(SyntheticRuns.Result(Config, 0.97, 0.9) with { ConfigHash = "00000000" });
        Assert.False(RunFolder.IsFinished(_root.Path, Config));

        string path = Path.Combine(folder.Path, "result.json");
        folder.WriteResult(SyntheticRuns.Result(Config, 0.97, 0.9));
        File.WriteAllText(path, File.ReadAllText(path)[..100]);
        Assert.False(RunFolder.IsFinished(_root.Path, Config));
    }

    [Fact]
    public void Result_has_the_field_names_that_scripts_rely_on()
    {
        var folder = RunFolder.Open(_root.Path, Config);
        folder.WriteResult(SyntheticRuns.Result(Config, 0.97, 0.9));

        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Path, "result.json")));
        string[] fields =
        [
            "name", "seed", "device", "dataset", "method", "merge", "params", "sparsity", "test_accuracy",
            "test_loss", "train_images_per_second", "eval_images_per_second", "macs_per_image_theoretical",
            "burden", "wall_seconds", "simulated",
        ];
        Assert.All(fields, name => Assert.True(json.RootElement.TryGetProperty(name, out _), name));
    }

    [Fact]
    public void Metrics_are_one_line_an_epoch_with_timing_apart_and_absent_values_left_out()
    {
        var folder = RunFolder.Open(_root.Path, Config);
        var record = new EpochRecord
        {
            Epoch = 1,
            Step = 100,
            Lr = 1e-3,
            TrainLoss = 0.1 + 0.2,
            TrainAccuracy = 0.5,
            TestAccuracy = 0.25,
            TrainImagesPerSecond = 1000,
        };
        folder.Metrics.Append([record]);
        folder.Metrics.Append([record with { Epoch = 2, TestAccuracy = null }]);

        string[] lines = File.ReadAllLines(Path.Combine(folder.Path, "metrics.jsonl"));
        string expected = "{'epoch':1,'step':100,'lr':0.001,'train_loss':0.30000000000000004,"
            + "'train_accuracy':0.5,'test_accuracy':0.25,'sparsity':0,"
            + "'train_images_per_second':1000,'seconds':0}";
        Assert.Equal(expected.Replace('\'', '"'), lines[0]);
        Assert.DoesNotContain("test_accuracy", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Burden_records_are_appended_line_by_line_and_a_damaged_line_is_named()
    {
        var folder = RunFolder.Open(_root.Path, Config);
        string path = Path.Combine(folder.Path, RunFolder.BurdenFile);
        var record = new BurdenRecord
        {
            Epoch = 2,
            Step = 30,
            Phase = BurdenPhase.AfterMaskChange,
            Layer = 1,
            Site = BurdenSite.Attention,
            Reference = BurdenReference.Twin,
            Beta = 1,
            Rate = new UnitQuantiles(1, 2, 3, 4, double.PositiveInfinity),
        };
        folder.Burden.Append([record]);
        folder.Burden.Append([record with { Phase = BurdenPhase.EpochEnd, BestError = 0.25 }]);

        Assert.Equal([record, record with { Phase = BurdenPhase.EpochEnd, BestError = 0.25 }], BurdenRecords.Read(path));
        Assert.StartsWith(
            """{"epoch":2,"step":30,"phase":"after-mask-change","layer":1,"site":"attention","reference":"twin",""",
            File.ReadAllLines(path)[0],
            StringComparison.Ordinal);

        File.AppendAllText(path, """{"epoch":3,"step":40,"phase":"somewhen"}""" + "\n");
        var error = Assert.Throws<InvalidDataException>(() => BurdenRecords.Read(path));
        Assert.StartsWith($"{path}:3: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("phase", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clearing_removes_what_an_earlier_attempt_left_but_not_the_config()
    {
        var folder = RunFolder.Open(_root.Path, Config);
        folder.Burden.Append([]);
        folder.WriteResult(SyntheticRuns.Result(Config, 0.97, 0.9));
        folder.Clear();

        Assert.Equal(["config.yaml"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Folder_that_cannot_be_written_is_found_before_any_work()
    {
        string occupied = Path.Combine(_root.Path, "file");
        File.WriteAllText(occupied, "");

        var error = Assert.Throws<IOException>(() => RunFolder.Open(occupied, Config));
        Assert.StartsWith("cannot write the run folder ", error.Message, StringComparison.Ordinal);
        Assert.Contains(occupied, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_with_a_missing_field_is_refused_by_name()
    {
        var folder = RunFolder.Open(_root.Path, Config);
        folder.WriteResult(SyntheticRuns.Result(Config, 0.97, 0.9));
        string path = Path.Combine(folder.Path, "result.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("test_accuracy", "accuracy"));

        var error = Assert.Throws<InvalidDataException>(() => StoredRun.ReadResult(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("test_accuracy", error.Message, StringComparison.Ordinal);
    }
}
