using NeuralBurden.Cli;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Cli;
using NeuralBurden.Tests.Data;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Data;
using NeuralBurden.Vit.Files;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Runs;
using Xunit;

namespace NeuralBurden.Tests.Reliability;

/// <summary>Folders that others change while a run is in them.</summary>
public sealed class FolderFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new(), _error = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_that_another_process_finishes_meanwhile_is_not_trained_again()
    {
        string config = Config("seed: [1, 2]");
        var engine = new SyntheticEngine();
        // While this process trains the first run, another one finishes the second.
        string before = "";
        engine.Instead[1] = () =>
        {
            Assert.Equal(0, Nb(new SyntheticEngine(), "train", config, "--seed", "2", "--out", _folder["runs"]));
            string[] done = Directory.GetFiles(_folder["runs"], "result.json", SearchOption.AllDirectories);
            before = File.ReadAllText(Assert.Single(done));
        };

        Assert.Equal(0, Nb(engine, "run", config, "--out", _folder["runs"]));

        Assert.Single(engine.Executed);
        string[] results = Directory.GetFiles(_folder["runs"], "result.json", SearchOption.AllDirectories);
        Assert.Equal(2, results.Length);
        Assert.Contains(before, results.Select(File.ReadAllText));
    }

    [Fact]
    public void Two_processes_share_the_runs_of_a_sweep()
    {
        string config = Config("seed: [1, 2, 3]");
        var runs = ConfigExpansion.Sweep(ConfigFile.Load(config), ConfigOverrides.None, NbProgram.Engine.Resolve);
        string held = RunFolder.Open(_folder["runs"], runs[0]).Path;
        var engine = new SyntheticEngine();
        using (RunLock.Acquire(held))
        {
            Assert.Equal(1, Nb(engine, "run", config, "--out", _folder["runs"]));
            Assert.Equal(2, engine.Executed.Count);
            Assert.Contains("1 of 3 runs are with other processes", _error.ToString());
        }

        Assert.Equal(0, Nb(engine, "run", config, "--out", _folder["runs"]));
        Assert.Equal(3, engine.Executed.Count);
    }

    [Fact]
    public void A_refused_run_leaves_no_folder()
    {
        string[] train = ["train", Config("seed: [1]"), "--out", _folder["runs"]];
        Assert.Equal(2, Nb(new SyntheticEngine(), [.. train, "--set", "model.patch=5"]));
        Assert.Equal(1, Nb(new SyntheticEngine(), [.. train, "--device", "gpu:7"]));

        Assert.False(Directory.Exists(_folder["runs"]));
    }

    [Fact]
    public void A_run_whose_initial_weights_do_not_fit_leaves_no_folder_and_is_told_all_that_does_not_fit()
    {
        using var runs = new TrainingRuns();
        string file = _folder["w.safetensors"];
        var (_, source) = runs.Run(TrainingRuns.Small with { Train = TrainingRuns.Small.Train with { Epochs = 1 } });
        File.Copy(source.CheckpointPath, file);
        foreach (string command in (string[])["train", "run", "sweep"])
        {
            // Of width 16 and 2 blocks, against 1 block of width 24.
            string[] line = [command, Config("seed: [1, 2]"), "--out", _folder["runs"], "--set", $"model.init_from={file}"];
            Assert.Equal(1, Nb(NbProgram.Engine, [.. line, "--set", "model.dim=24"]));
            Assert.Equal(1, Nb(NbProgram.Engine, [.. line[..^1], $"model.init_from={_folder["gone.safetensors"]}"]));
        }

        string told = _error.ToString();
        foreach (string tensor in (string[])["cls_token: is", "pos_embed: is", "patch_embed.proj.weight: is", "more tensors"])
            Assert.Contains(tensor, told);
        Assert.Contains($"model.init_from: there is no file {_folder["gone.safetensors"]}", told);
        Assert.False(Directory.Exists(_folder["runs"]));
    }

    [Fact]
    public void What_is_refused_once_the_folder_is_there_takes_it_away_again_and_what_has_begun_stays()
    {
        var engine = new SyntheticEngine();
        string config = Config("seed: [1]");
        engine.Instead[1] = () => throw new InvalidDataException("refused late");
        Assert.Equal(1, Nb(engine, "run", config, "--out", _folder["runs"]));
        Assert.Empty(Directory.GetDirectories(_folder["runs"]));

        engine.Instead[1] = () =>
        {
            string run = Assert.Single(Directory.GetDirectories(_folder["runs"]));
            File.WriteAllText(Path.Combine(run, RunFolder.EnvironmentFile), "{}");
            throw new InvalidDataException("failed later");
        };
        Assert.Equal(1, Nb(engine, "run", config, "--out", _folder["runs"]));
        Assert.Equal(1, Nb(engine, "run", config, "--out", _folder["runs"]));
        Assert.Single(Directory.GetDirectories(_folder["runs"]));
    }

    [Fact]
    public void A_lock_that_cannot_be_taken_for_another_reason_is_not_called_held()
    {
        Directory.CreateDirectory(_folder["run/.lock"]);

        var error = Assert.Throws<IOException>(() => RunLock.Acquire(_folder["run"]));

        Assert.StartsWith("cannot lock the run folder ", error.Message);
        Assert.DoesNotContain("in use", error.Message);
    }

    [Fact]
    public void A_run_whose_folder_vanishes_stops_at_its_next_write_and_says_so()
    {
        using var runs = new TrainingRuns();
        var folder = runs.Folder(TrainingRuns.Small);
        var removal = new ProgressAction(p =>
        {
            if (p.Finished?.Epoch == 2) Directory.Delete(folder.Path, recursive: true);
        });

        var error = Assert.Throws<IOException>(() => TrainingRuns.Continue(folder, progress: removal));

        Assert.Contains($"the run folder {folder.Path} is gone", error.Message);
        Assert.False(Directory.Exists(folder.Path));
    }

    [Fact]
    public void A_result_never_stands_without_its_config()
    {
        var engine = new SyntheticEngine();
        string config = Config("seed: [1]");
        engine.Instead[1] = () => File.Delete(
            Assert.Single(Directory.GetFiles(_folder["runs"], RunFolder.ConfigFile, SearchOption.AllDirectories)));
        Assert.Equal(0, Nb(engine, "run", config, "--out", _folder["runs"]));
        string stored = Assert.Single(Directory.GetFiles(_folder["runs"], RunFolder.ConfigFile, SearchOption.AllDirectories));

        File.Delete(stored);
        Assert.Equal(0, Nb(engine, "run", config, "--out", _folder["runs"]));

        Assert.Single(engine.Executed);
        Assert.True(File.Exists(stored));
    }

    [Fact]
    public void Where_all_checkpoints_are_damaged_nothing_is_cleared_without_asking()
    {
        using var runs = new TrainingRuns();
        var (_, folder) = runs.Run(TrainingRuns.Small with { Train = TrainingRuns.Small.Train with { Epochs = 2 } });
        string metrics = File.ReadAllText(Path.Combine(folder.Path, RunFolder.MetricsFile));
        foreach (string file in Directory.GetFiles(folder.CheckpointsPath).Append(folder.CheckpointPath))
        {
            byte[] bytes = File.ReadAllBytes(file);
            bytes[^9] ^= 4;
            File.WriteAllBytes(file, bytes);
        }

        var error = Assert.Throws<CheckpointFormatException>(() => TrainingRuns.Continue(folder));

        Assert.Contains($"Remove {folder.CheckpointsPath} and {folder.CheckpointPath}", error.Message);
        Assert.Equal(metrics, File.ReadAllText(Path.Combine(folder.Path, RunFolder.MetricsFile)));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_read_is_not_called_damaged()
    {
        var checkpoints = new CheckpointFolder(_folder["checkpoints"]);
        Directory.CreateDirectory(_folder["checkpoints"]);
        File.CreateSymbolicLink(_folder["checkpoints/step-00000001.safetensors"], _folder["elsewhere"]);

        Assert.ThrowsAny<IOException>(checkpoints.FindLatest);
    }

    [Fact]
    public void What_a_killed_writer_left_goes_and_what_is_being_written_stays()
    {
        string dead = _folder.Write(".x.nbset.0123.nbtmp", [1]), probe = _folder.Write("..probe.0123.nbtmp", [1]);
        string alive = _folder[".y.nbset.4567.nbtmp"], other = _folder.Write("x.nbset", [1]);
        using (new FileStream(alive, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            Assert.Equal(2, AtomicFile.RemoveLeftovers(_folder.Path));

        Assert.Equal([alive, other], Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));
        Assert.False(File.Exists(dead) || File.Exists(probe));
    }

    [Fact]
    public void What_a_really_killed_import_left_goes_with_the_next_one()
    {
        // Flat colours: small as files, 60 MB as a set, so that there is time to kill the writer.
        byte[] image = PngWriter.Encode(new RasterImage(1000, 1000, 3, new byte[3_000_000]));
        foreach (string split in (string[])["train", "test"])
        {
            foreach (string kind in (string[])["a", "b"])
                for (int i = 0; i < 5; i++) _folder.Write($"set/{split}/{kind}/{i}.png", image);
        }

        string target = _folder.Write("out/set.nbset", [1, 2, 3]);
        string[] import = ["data", "import", _folder["set"], "--out", target];
        string[] Leftovers() => Directory.GetFiles(_folder["out"], ".*");
        for (int attempt = 0; attempt < 5 && Leftovers().Length == 0; attempt++)
        {
            using var process = new NbProcess(import);
            process.WaitUntil(() => Leftovers().Any(f => f.Contains("set.nbset")));
            process.Kill();
        }

        Assert.Single(Leftovers());
        Assert.Equal(0, Nb(new SyntheticEngine(), import));

        Assert.Equal([target], Directory.GetFiles(_folder["out"]));
        Assert.Equal(10, PackedDataset.Load(target).Test.Count);
    }

    [Fact]
    public void A_run_begun_anew_drops_what_TensorBoard_has_of_the_first_attempt()
    {
        using var runs = new TrainingRuns();
        var folder = runs.Folder(TrainingRuns.Small with { Train = TrainingRuns.Small.Train with { Epochs = 2 } });
        File.WriteAllBytes(Path.Combine(folder.Path, "events.out.tfevents.0000000001.host"), []);

        TrainingRuns.Continue(folder);

        byte[] events = File.ReadAllBytes(Directory.GetFiles(folder.Path, "events.out.tfevents.*").Max(StringComparer.Ordinal)!);
        // The second record: event { step 0, session_log { status START } }, after the version's of 9 + 15 + 16 bytes.
        Assert.Contains("3A020801", Convert.ToHexString(events[..120]));
    }

    private string Config(string grid) => _folder.Write(
        "c.yaml",
        System.Text.Encoding.UTF8.GetBytes(
            "name: c\nmodel: {dim: 16, depth: 1, heads: 2, patch: 7}\ntrain: {epochs: 2, batch_size: 32}\n"
            + $"sweep: {{grid: {{{grid}}}}}\n"));

    private int Nb(IRunEngine engine, params string[] args) => NbProgram.Run(args, Shell.Of(_output, _error, engine));
}
