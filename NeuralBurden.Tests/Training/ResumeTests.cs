using System.Text.Json;
using NeuralBurden.Pruning.Errors;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>A run that was stopped, crashed or damaged ends bitwise like one that never was.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly RunConfig Pruned = TrainingRuns.Small with
    {
        Data = TrainingRuns.Small.Data with { TrainCount = 320, TestCount = 60 },
        Pruning = new PruningConfig { Method = "pdwp", Sparsity = 0.8, UpdateEvery = Duration.Steps(2) },
        Train = new TrainConfig
        {
            Epochs = 4,
            BatchSize = 64,
            CheckpointEvery = Duration.Steps(3),
            Check = true,
        },
        Burden = new BurdenConfig { ProbeImages = 32 },
    };

    private readonly TrainingRuns _runs = new();

    [Theory]
    [InlineData("dense")]
    [InlineData("oneshot")]
    [InlineData("gmp")]
    [InlineData("pdwp")]
    [InlineData("dpf")]
    [InlineData("dns")]
    [InlineData("set")]
    [InlineData("rigl")]
    [InlineData("granet")]
    [InlineData("itop")]
    [InlineData("topkast")]
    [InlineData("str")]
    [InlineData("dst")]
    [InlineData("movement")]
    [InlineData("sr-ste")]
    [InlineData("step")]
    [InlineData("static-random")]
    [InlineData("snip")]
    [InlineData("nm-2-4")]
    [InlineData("block")]
    [InlineData("heads")]
    [InlineData("mlp-units")]
    public void A_crash_within_an_epoch_changes_nothing_under_any_method(string method)
    {
        var scope = method switch
        {
            "heads" => PruningScope.Attention,
            "mlp-units" => PruningScope.Mlp,
            _ => PruningScope.All,
        };
        var config = Pruned with { Pruning = Pruned.Pruning with { Method = method, Sparsity = 0.5, Scope = scope } };
        // A classifier of zeros passes no gradient on in the first step.
        if (method == "snip") config = config with { Pruning = config.Pruning with { Start = Duration.Steps(1), End = null } };
        var (_, whole) = _runs.Run(config);
        var stopped = _runs.Folder(config);

        // Reports come at the ends of epochs of 5 steps; the newest checkpoints are of steps 9 and 18.
        CrashAt(stopped, step: 10);
        CrashAt(stopped, step: 20);
        TrainingRuns.Continue(stopped, threads: 2);

        AssertSame(whole, stopped);
    }

    [Fact]
    public void A_crash_within_an_epoch_changes_nothing_where_branches_are_left_out()
    {
        var config = Pruned with { Train = Pruned.Train with { DropPath = 0.5 } };
        var (_, whole) = _runs.Run(config);
        var stopped = _runs.Folder(config);

        CrashAt(stopped, step: 10);
        TrainingRuns.Continue(stopped, threads: 2);

        AssertSame(whole, stopped);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(5, true)]
    [InlineData(20, false)]
    [InlineData(20, true)]
    public void A_cancelled_run_leaves_a_checkpoint_of_its_very_step(int step, bool afterTheRecord)
    {
        var (_, whole) = _runs.Run(Pruned);
        var stopped = _runs.Folder(Pruned);
        using var source = new CancellationTokenSource();

        var progress = new ProgressAction(p =>
        {
            if (p.Step == step && p.Finished is not null == afterTheRecord) source.Cancel();
        });
        // After the last record too: what the run ends with has yet to be judged.
        Assert.ThrowsAny<OperationCanceledException>(
            () => TrainingRuns.Continue(stopped, 1, source.Token, progress));

        Assert.Equal(step, Newest(stopped).Info.Step);
        TrainingRuns.Continue(stopped);
        AssertSame(whole, stopped);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_damaged_checkpoint_is_skipped_with_a_notice(bool inItsState)
    {
        var (_, whole) = _runs.Run(Pruned);
        var stopped = _runs.Folder(Pruned);
        CrashAt(stopped, step: 15);
        string newest = Newest(stopped).Source;
        if (inItsState) newest = CheckpointPair.StateOf(newest);
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[^100] ^= 1;
        File.WriteAllBytes(newest, bytes);
        var notices = new List<string>();

        TrainingRuns.Continue(stopped, progress: new ProgressAction(p =>
        {
            if (p.Notice is not null) notices.Add(p.Notice);
        }));

        Assert.Contains(notices, n => n.Contains(newest) && n.Contains("damaged"));
        Assert.Contains(notices, n => n.Contains("goes on after step"));
        AssertSame(whole, stopped);
    }

    [Fact]
    public void The_last_two_checkpoints_and_the_best_are_kept()
    {
        var (_, folder) = _runs.Run(Pruned with { Train = Pruned.Train with { CheckpointEvery = Duration.Epochs(1) } });

        string[] files = [.. Directory.GetFiles(folder.CheckpointsPath), folder.CheckpointPath];
        files = [.. files.Where(f => CheckpointPair.ModelOf(f) is null)];
        Assert.InRange(files.Length, 2, 3);
        Assert.All(files, file => CheckpointPair.Load(file));
        Assert.Equal(files.Length - 1, Directory.GetFiles(folder.CheckpointsPath, "*.state.safetensors").Length);
        var best = StoredEpochs(folder).OrderByDescending(e => e.Accuracy).ThenBy(e => e.Step).First();
        Assert.Contains(files, file => Checkpoint.LoadInfo(file).Step == best.Step);
    }

    [Fact]
    public void Checkpoints_do_not_grow_with_the_epochs()
    {
        var sizes = new List<long>();
        var folder = _runs.Folder(Pruned with
        {
            Train = Pruned.Train with { Epochs = 12, CheckpointEvery = Duration.Epochs(1) },
        });
        TrainingRuns.Continue(folder, progress: new ProgressAction(p =>
        {
            if (p is { Finished: null, Phase: TrainingPhase.Evaluating, Epoch: > 1 })
                sizes.Add(Size(Newest(folder).Source));
        }));

        Assert.Equal(11, sizes.Count);
        // A weight that is pruned goes from the model into its state, once its matrix is compact; numbers may get a digit.
        Assert.InRange(sizes.Skip(6).Max() - sizes.Skip(6).Min(), 0, 64);
        Assert.InRange(sizes.Max() - sizes.Min(), 0, 4096);

        static long Size(string model) => new FileInfo(model).Length + new FileInfo(CheckpointPair.StateOf(model)).Length;
    }

    [Fact]
    public void A_checkpoint_of_format_1_in_one_file_goes_on_bitwise()
    {
        var (_, whole) = _runs.Run(Pruned);
        var stopped = _runs.Folder(Pruned);
        CrashAt(stopped, step: 15);
        var newest = Newest(stopped);
        foreach (string file in Directory.GetFiles(stopped.CheckpointsPath)) File.Delete(file);
        newest.Save(newest.Source);
        Assert.Equal(CheckpointKind.Training, Checkpoint.Load(newest.Source).Kind);

        TrainingRuns.Continue(stopped);

        AssertSame(whole, stopped);
    }

    [Fact]
    public void A_run_without_the_states_of_its_checkpoints_is_refused_and_the_file_named()
    {
        var stopped = _runs.Folder(Pruned);
        CrashAt(stopped, step: 15);
        string missing = CheckpointPair.StateOf(Newest(stopped).Source);
        foreach (string state in Directory.GetFiles(stopped.CheckpointsPath, "*.state.safetensors")) File.Delete(state);

        var error = Assert.Throws<CheckpointFormatException>(() => TrainingRuns.Continue(stopped));

        Assert.Contains($"{missing}: file: is missing", error.Message);
    }

    [Fact]
    public void A_state_of_another_step_is_refused_and_the_checkpoint_before_taken()
    {
        var (_, whole) = _runs.Run(Pruned);
        var stopped = _runs.Folder(Pruned);
        CrashAt(stopped, step: 15);
        string[] states = [.. Directory.GetFiles(stopped.CheckpointsPath, "*.state.safetensors").Order()];
        File.Copy(states[^2], states[^1], overwrite: true);

        var damaged = new CheckpointFolder(stopped.CheckpointsPath).FindLatest().Damaged;
        TrainingRuns.Continue(stopped);

        Assert.Contains("they are not of one checkpoint", Assert.Single(damaged).Problem);
        AssertSame(whole, stopped);
    }

    [Fact]
    public void A_checkpoint_of_another_config_is_refused()
    {
        var stopped = _runs.Folder(Pruned);
        CrashAt(stopped, step: 10);
        var other = _runs.Folder(Pruned with { Seed = 77 });
        Directory.CreateDirectory(other.CheckpointsPath);
        foreach (string file in Directory.GetFiles(stopped.CheckpointsPath))
            File.Copy(file, Path.Combine(other.CheckpointsPath, Path.GetFileName(file)));

        var error = Assert.Throws<CheckpointFormatException>(() => TrainingRuns.Continue(other));

        Assert.Equal("nb.config_hash", error.Field);
    }

    [Fact]
    public void A_method_that_does_not_fit_says_so_and_not_what_it_left_behind()
    {
        var config = Pruned with { Pruning = Pruned.Pruning with { Method = "heads", Scope = PruningScope.Mlp } };

        var error = Assert.Throws<SettingException>(() => _runs.Run(config));

        Assert.DoesNotContain("live buffers", error.Message);
    }

    [Fact]
    public void A_checkpoint_folder_that_cannot_be_made_is_found_before_training()
    {
        var folder = _runs.Folder(Pruned);
        File.WriteAllText(folder.CheckpointsPath, "a file in its place");

        var error = Assert.ThrowsAny<IOException>(() => TrainingRuns.Continue(folder));

        Assert.Contains(folder.CheckpointsPath, error.Message);
        Assert.False(File.Exists(Path.Combine(folder.Path, RunFolder.MetricsFile)));
    }

    [Fact]
    public void A_checkpoint_folder_lost_midway_stops_the_run_and_keeps_the_last_checkpoint()
    {
        var (_, whole) = _runs.Run(Pruned);
        var folder = _runs.Folder(Pruned);
        string aside = folder.CheckpointsPath + "-aside";
        var progress = new ProgressAction(p =>
        {
            if (p is not { Step: 10, Finished: null, Phase: TrainingPhase.Training }) return;
            Directory.Move(folder.CheckpointsPath, aside);
            File.WriteAllText(folder.CheckpointsPath, "a file in its place");
        });

        var error = Assert.ThrowsAny<IOException>(() => TrainingRuns.Continue(folder, progress: progress));

        Assert.Contains("step-00000009", error.Message);
        Assert.Contains("nb resume", error.Message);
        File.Delete(folder.CheckpointsPath);
        Directory.Move(aside, folder.CheckpointsPath);
        Assert.Equal(9, Newest(folder).Info.Step);
        TrainingRuns.Continue(folder);
        AssertSame(whole, folder);
    }

    public void Dispose() => _runs.Dispose();

    private static void CrashAt(RunFolder folder, int step)
    {
        var progress = new ProgressAction(p =>
        {
            if (p.Step == step && p.Phase == TrainingPhase.Training && p.Notice is null) throw new InvalidProgramException();
        });
        Assert.Throws<InvalidProgramException>(() => TrainingRuns.Continue(folder, progress: progress));
    }

    private static Checkpoint Newest(RunFolder folder) => new CheckpointFolder(folder.CheckpointsPath).FindLatest().Checkpoint!;

    private static IEnumerable<(int Step, double Accuracy)> StoredEpochs(RunFolder folder) =>
        File.ReadLines(Path.Combine(folder.Path, RunFolder.MetricsFile)).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return (json.RootElement.GetProperty("step").GetInt32(), json.RootElement.GetProperty("test_accuracy").GetDouble());
        });

    private static void AssertSame(RunFolder whole, RunFolder resumed)
    {
        Assert.Equal(TrainingRuns.Columns(whole), TrainingRuns.Columns(resumed));
        Assert.Equal(Burden(whole), Burden(resumed));
        Assert.Equal(File.ReadAllBytes(whole.CheckpointPath), File.ReadAllBytes(resumed.CheckpointPath));

        static string Burden(RunFolder folder) => File.ReadAllText(Path.Combine(folder.Path, RunFolder.BurdenFile));
    }
}
