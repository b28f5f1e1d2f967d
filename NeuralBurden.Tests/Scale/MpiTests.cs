using System.Diagnostics;
using System.Text.RegularExpressions;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Reliability;
using NeuralBurden.Vit.Distributed;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using Xunit;
using Xunit.Abstractions;

namespace NeuralBurden.Tests.Scale;

/// <summary>
/// One run on two processes of a real Open MPI. Where it is not installed NB_LONG=1 installs it; without that the tests
/// are skipped.
/// </summary>
[Collection(AloneCollection.Name)]
[Trait("Category", "Engine")]
public sealed class MpiTests(ITestOutputHelper log) : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [SkippableFact]
    public void Two_ranks_reach_the_weights_and_the_masks_of_one_process()
    {
        OpenMpi.Require();
        var config = Config(4);
        var alone = new ProcessRun(_root.File("alone"), config);
        alone.Finish();
        var shared = new ProcessRun(_root.File("shared"), config);

        using var job = Start(shared);

        Assert.True(job.WaitForExit() == 0, job.Text);
        log.WriteLine(job.Text);
        Assert.Contains("2 ranks, 16 of 32 images each", job.Text);
        Assert.Matches("rank 0 waited .* s for gradients in 40 steps", job.Text);
        var (one, two) = (Newest(alone), Newest(shared));
        double largest = 0, bias = 0;
        foreach (string name in one.Names)
        {
            Assert.True(one.TryGet(name, out var a) && two.TryGet(name, out var b), name);
            if (CheckpointKeys.PrefixOf(name) == CheckpointKeys.Mask)
            {
                Assert.True(a!.TryValues(out ReadOnlySpan<byte> bits), name);
                Assert.True(two.Values<byte>(name, bits.Length).SequenceEqual(bits), name);
            }
            else if (CheckpointKeys.PrefixOf(name) == "" && a!.TryValues(out ReadOnlySpan<float> weights))
            {
                var others = two.Floats(name, [.. a.Shape]);
                float difference = 0;
                for (int i = 0; i < weights.Length; i++) difference = Math.Max(difference, Math.Abs(weights[i] - others[i]));
                // A key's bias has no gradient but rounding errors, which Adam makes as large as any other.
                if (name.EndsWith("attn.qkv.bias", StringComparison.Ordinal)) bias = Math.Max(bias, difference);
                else largest = Math.Max(largest, difference);
            }
        }

        log.WriteLine($"largest difference: {bias:0.0e0} of a bias of q, k and v, {largest:0.0e0} of any other weight");
        Assert.InRange(largest, 0, 1e-5);
        Assert.InRange(bias, 0, 2e-3);
        Assert.Contains("\"ranks\": 2", File.ReadAllText(Path.Combine(shared.Folder.Path, RunFolder.EnvironmentFile)));
        Assert.Equal(4, File.ReadAllLines(Path.Combine(shared.Folder.Path, RunFolder.MetricsFile)).Length);
    }

    [SkippableFact]
    public void Rank_killed_within_a_step_ends_the_job_with_a_message_and_sound_checkpoints()
    {
        Skip.If(Environment.GetEnvironmentVariable("NB_LONG") != "1", "takes a minute; set NB_LONG=1");
        OpenMpi.Require();
        var run = new ProcessRun(_root.File("killed"), Config(400));
        using var job = Start(run);
        job.WaitUntil(() => run.NewestStep >= 40);
        int[] ranks = Children(job.Id);
        Assert.Equal(2, ranks.Length);

        var clock = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", ["-KILL", $"{ranks[1]}"])) kill.WaitForExit();
        int code = job.WaitForExit();

        log.WriteLine($"exit code {code} after {clock.Elapsed.TotalSeconds:0.0} s, newest checkpoint of step {run.NewestStep}");
        log.WriteLine(Regex.Replace(job.Text, "(?m)^.*images/s.*\n", ""));
        Assert.NotEqual(0, code);
        Assert.Contains("exited on signal 9 (Killed)", job.Text);
        // mpirun gives the other rank a second to end by itself.
        for (int i = 0; i < 100 && ranks.Any(IsAlive); i++) Thread.Sleep(100);
        Assert.All(ranks, id => Assert.False(IsAlive(id), $"process {id} lives on"));
        run.AssertNothingHalfWritten();
        long step = run.NewestStep;
        Assert.True(step >= 40);

        // The same run goes on from there, on one process if need be.
        using var again = run.Start();
        again.WaitUntil(() => again.Text.Contains("goes on after step", StringComparison.Ordinal));
        Assert.Contains($"goes on after step {step} of 4000", again.Text);
    }

    [SkippableFact]
    public void Stopped_job_saves_one_checkpoint_of_one_step_and_goes_on_as_if_never_stopped()
    {
        Skip.If(Environment.GetEnvironmentVariable("NB_LONG") != "1", "takes a minute; set NB_LONG=1");
        OpenMpi.Require();
        var whole = new ProcessRun(_root.File("whole"), ProcessRun.Config(16, checkpointEvery: 20));
        using (var uninterrupted = Start(whole)) Assert.True(uninterrupted.WaitForExit() == 0, uninterrupted.Text);
        var run = new ProcessRun(_root.File("stopped"), ProcessRun.Config(16, checkpointEvery: 20));
        using (var job = Start(run))
        {
            job.WaitUntil(() => run.NewestStep >= 40);
            using (var kill = Process.Start("kill", ["-TERM", $"{Children(job.Id)[1]}"])) kill.WaitForExit();
            Assert.NotEqual(0, job.WaitForExit());
            Assert.Contains($"stopped after step {run.NewestStep} of 160", job.Text);
        }

        using var again = Start(run);
        Assert.True(again.WaitForExit() == 0, again.Text);
        run.AssertEndsLike(whole);
    }

    [SkippableFact]
    public void Error_of_all_ranks_or_of_one_ends_the_job_and_is_told()
    {
        Skip.If(Environment.GetEnvironmentVariable("NB_LONG") != "1", "starts several jobs; set NB_LONG=1");
        OpenMpi.Require();
        var run = new ProcessRun(_root.File("odd"), Config(1) with { Train = Config(1).Train with { BatchSize = 33 } });
        using (var job = Start(run))
        {
            Assert.NotEqual(0, job.WaitForExit());
            Assert.Contains("train.batch_size: 33; allowed multiples of 2: 2 ranks with 1 parts each", job.Text);
        }

        var taken = new ProcessRun(_root.File("taken"), Config(1));
        Directory.CreateDirectory(taken.Folder.Path);
        using (RunLock.Acquire(taken.Folder.Path))
        using (var job = Start(taken))
        {
            Assert.NotEqual(0, job.WaitForExit());
            Assert.Contains("nb: rank 0 of 2: ", job.Text);
            Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", job.Text);
        }
    }

    [Fact]
    public void Job_is_known_by_what_mpirun_says_and_ranks_of_a_machine_take_devices_in_turn()
    {
        Assert.Null(MpiJobInfo.Of(_ => null));
        var environment = new Dictionary<string, string>
        {
            ["OMPI_COMM_WORLD_SIZE"] = "8",
            ["OMPI_COMM_WORLD_RANK"] = "5",
            ["OMPI_COMM_WORLD_LOCAL_RANK"] = "1",
        };
        var job = MpiJobInfo.Of(name => environment.GetValueOrDefault(name));

        Assert.Equal(new MpiJobInfo(5, 8, 1), job);
        Assert.Equal("cuda:3", job!.DeviceOf("cuda:2"));
        Assert.Equal("cpu", job.DeviceOf("cpu"));
    }

    [SkippableFact]
    public void Job_without_the_library_says_what_is_missing()
    {
        // As mpirun would start it, and with no library to be found: none is installed, or its folder is hidden.
        Skip.IfNot(OperatingSystem.IsLinux(), "the library is hidden by a mount");
        var run = new ProcessRun(_root.File("none"), Config(1));
        const string Script = """
            for file in $(ldconfig -p | grep -o '/.*libmpi\.so.*$'); do
                mount --bind /dev/null "$(realpath "$file")" || exit 77
            done
            OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 exec dotnet "$@"
            """;

        using var job = NbProcess.Shell(Script, NbProcess.Program, "train", run.ConfigFile, "--out", run.Root);
        int code = job.WaitForExit();

        Skip.If(code == 77 || job.Text.Contains("unshare", StringComparison.Ordinal), "mounts are not allowed here");
        Assert.Equal(1, code);
        Assert.Contains("can be loaded: install Open MPI (Debian: libopenmpi3)", job.Text);
    }

    private static RunConfig Config(int epochs)
    {
        var config = ProcessRun.Config(epochs, checkpointEvery: 20) with { Burden = new BurdenConfig { ProbeImages = 0 } };
        return config with
        {
            Train = config.Train with { Check = true },
            Augment = new AugmentConfig { CropPadding = 2, HorizontalFlip = true },
        };
    }

    private static NbProcess Start(ProcessRun run) => NbProcess.Of(
        OpenMpi.Mpirun,
        [.. OpenMpi.TwoRanks, "dotnet", NbProcess.Program, "train", run.ConfigFile, "--out", run.Root, "--threads", "1"]);

    private static Checkpoint Newest(ProcessRun run) =>
        new CheckpointFolder(run.Folder.CheckpointsPath).FindLatest().Checkpoint!;

    private static int[] Children(int parent)
    {
        using var ps = Process.Start(new ProcessStartInfo("pgrep", ["-P", $"{parent}"]) { RedirectStandardOutput = true })!;
        string output = ps.StandardOutput.ReadToEnd();
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).Order()];
    }

    private static bool IsAlive(int id)
    {
        string status = $"/proc/{id}/status";
        return File.Exists(status) && !File.ReadAllText(status).Contains("State:\tZ", StringComparison.Ordinal);
    }
}
