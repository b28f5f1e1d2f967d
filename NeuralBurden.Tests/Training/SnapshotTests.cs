using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>Weights stored at moments of training.</summary>
public sealed class SnapshotTests : IDisposable
{
    private static readonly RunConfig Cut = TrainingRuns.Small with
    {
        Train = new TrainConfig { Epochs = 2, BatchSize = 64, CheckpointEvery = Duration.Steps(3) },
        Pruning = new PruningConfig { Method = "oneshot", Sparsity = 0.5, Start = Duration.Percent(50) },
        Burden = new BurdenConfig { ProbeImages = 0, Snapshots = LoadRuns.Moments("10st 50% 11st 60%") },
    };

    private readonly TrainingRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void Each_moment_is_one_file_of_effective_weights_and_a_cut_shows_in_the_step_that_makes_it()
    {
        var (_, folder) = _runs.Run(Cut);
        var files = Directory.GetFiles(Path.Combine(folder.Path, RunFolder.SnapshotsFolder)).Select(Path.GetFileName);
        var sparsity = new[] { 10, 11, 12 }.Select(step => Sparsity(folder.SnapshotPath(step))).ToList();

        Assert.Equal(["step-10.safetensors", "step-11.safetensors", "step-12.safetensors"], files.Order());
        Assert.Equal([0, 0.5, 0.5], sparsity.Select(s => Math.Round(s, 2)));
        Assert.Equal(11, Checkpoint.Load(folder.SnapshotPath(11)).Info.Step);
    }

    [Fact]
    public void A_run_that_was_stopped_stores_the_same_weights()
    {
        var (_, whole) = _runs.Run(Cut);
        var stopped = _runs.Folder(Cut);
        using var stop = new CancellationTokenSource();
        // After the snapshot of step 11 and the checkpoint of step 9: step 10 is computed again.
        var watch = new StopAt(stop, stopped.SnapshotPath(11));
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingRuns.Continue(stopped, 1, stop.Token, watch));
        TrainingRuns.Continue(stopped);

        foreach (int step in new[] { 10, 11, 12 })
            Assert.Equal(File.ReadAllBytes(whole.SnapshotPath(step)), File.ReadAllBytes(stopped.SnapshotPath(step)));
    }

    [Theory]
    [InlineData("100%", "burden.snapshots: 100% is step 20; allowed: before the last of 20 steps")]
    [InlineData("3ep", "burden.snapshots: 3ep is step 30; allowed: before the last of 20 steps")]
    public void A_moment_that_is_not_before_the_end_is_refused_before_training(string moments, string told)
    {
        var config = Cut with { Burden = Cut.Burden with { Snapshots = LoadRuns.Moments(moments) } };
        var error = Assert.Throws<SettingException>(() => _runs.Run(config));
        Assert.StartsWith(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Moments_have_one_text_and_take_part_in_the_hash_only_when_there_are_some()
    {
        var none = RunConfig.Default with { Burden = new BurdenConfig { Snapshots = new DurationList() } };
        var some = RunConfig.Default with { Burden = new BurdenConfig { Snapshots = LoadRuns.Moments(" 50%   5ep 50% ") } };

        Assert.Equal(ConfigText.Hash(RunConfig.Default), ConfigText.Hash(none));
        Assert.NotEqual(ConfigText.Hash(RunConfig.Default), ConfigText.Hash(some));
        Assert.Contains("  snapshots: '50% 5ep'\n", ConfigText.ToYaml(some));
        Assert.Contains("  snapshots: ''\n", ConfigText.ToYaml(none));
        Assert.Equal(some, RunConfig.Default with { Burden = new BurdenConfig { Snapshots = LoadRuns.Moments("50% 5ep") } });
    }

    [Theory]
    [InlineData("50% 5", "'5' is not a duration with its unit")]
    [InlineData("0%", "0% is out of range")]
    public void A_moment_that_is_none_is_told(string text, string told) => Assert.Contains(
        told, Assert.Throws<SettingException>(() => LoadRuns.Moments(text)).Message);

    [Fact]
    public void Weights_that_are_missing_are_named_with_what_stores_them()
    {
        var dense = Cut with { Pruning = new PruningConfig(), Burden = new BurdenConfig { ProbeImages = 0 } };
        var (folder, twin) = (_runs.Run(Cut).Folder, _runs.Run(dense).Folder);
        var error = Assert.Throws<FileNotFoundException>(() => LoadMeasurement.Measure(
            Cut, folder.Path, dense, twin.Path, new RunOptions { Threads = 1 }, default));

        Assert.Equal(
            $"{twin.SnapshotPath(10)}: there is no such file; a run with the same burden.snapshots stores it", error.Message);
    }

    private static double Sparsity(string file)
    {
        var stored = Checkpoint.Load(file);
        var weights = stored.Names.Where(n => n.StartsWith("blocks.", StringComparison.Ordinal)
            && n.EndsWith(".weight", StringComparison.Ordinal) && !n.Contains("norm")).ToList();
        double zeros = 0, all = 0;
        foreach (string name in weights)
        {
            stored.TryGet(name, out var tensor);
            foreach (float w in stored.Floats(name, [.. tensor!.Shape]))
            {
                zeros += w == 0 ? 1 : 0;
                all++;
            }
        }

        return zeros / all;
    }

    private sealed class StopAt(CancellationTokenSource stop, string file) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (File.Exists(file)) stop.Cancel();
        }
    }
}
