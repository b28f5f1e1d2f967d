using NeuralBurden.Tests.Formats;
using Xunit;
using Xunit.Abstractions;

namespace NeuralBurden.Tests.Reliability;

/// <summary>The real program, killed, interrupted, run twice at once, out of disk, ends as if nothing had been.</summary>
[Collection(AloneCollection.Name)]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    // Before the program starts, a mount of its own; after a first checkpoint, the fault; then what is left is saved.
    private const string FaultyDisk = """
        out=$1 keep=$2 run=$3 fault=$4; shift 4
        mkdir -p "$run" && mount -t tmpfs -o size=64m tmpfs "$out" && mkdir -p "$run/checkpoints" || exit 99
        [ "$fault" != ro ] || mount -t tmpfs -o size=64m tmpfs "$run/checkpoints" || exit 99
        dotnet "$@" & pid=$!
        until ls "$run"/checkpoints/step-????????.safetensors >/dev/null 2>&1; do
            kill -0 $pid 2>/dev/null || break; sleep 0.02
        done
        if [ "$fault" = ro ]; then
            until mount -o remount,ro "$run/checkpoints" 2>/dev/null; do sleep 0.01; done
        else
            dd if=/dev/zero of="$out/filler" bs=64k >/dev/null 2>&1
        fi
        wait $pid; code=$?
        rm -f "$out/filler"
        cp -a "$out/." "$keep/" || exit 98
        exit $code
        """;

    private readonly TemporaryFolder _folder = new();

    private static bool IsLong => Environment.GetEnvironmentVariable("NB_LONG") == "1";

    [Fact]
    public void Killed_at_random_moments_a_run_ends_bitwise_like_one_left_alone()
    {
        var (kills, epochs) = IsLong ? (36, 80) : (4, 15);
        int seed = Environment.TickCount;
        var random = new Random(seed);
        output.WriteLine($"seed {seed}");
        var config = ProcessRun.Config(epochs, checkpointEvery: 3);
        var whole = new ProcessRun(_folder.File("whole"), config);
        whole.Finish();
        var killed = new ProcessRun(_folder.File("killed"), config);
        int done = 0, resumed = 0;
        for (int attempt = 0; done < kills && attempt < 3 * kills; attempt++)
        {
            long before = killed.NewestStep;
            using var process = killed.Start();
            // Every third one anywhere from the first instruction on, the others after at least one more checkpoint.
            if (attempt % 3 == 2) Thread.Sleep(random.Next(1500));
            else process.WaitUntil(() => killed.NewestStep > before);
            Thread.Sleep(random.Next(40));
            if (process.HasExited) break;
            process.Kill();
            done++;
            resumed += process.Text.Contains("goes on after step") ? 1 : 0;
            killed.AssertNothingHalfWritten();
        }

        Assert.True(done >= kills, $"seed {seed}: only {done} kills before the run was finished");
        killed.Finish();
        killed.AssertEndsLike(whole);
        output.WriteLine($"{done} kills, {resumed} of them of a resumed process, the last at step {killed.NewestStep}");
    }

    [SkippableTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_ends_the_run_with_a_checkpoint_and_its_exit_code(string signal, int code)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such signals");
        var config = ProcessRun.Config(epochs: 60, checkpointEvery: 1_000_000);
        var stopped = new ProcessRun(_folder.File("stopped"), config);
        using (var process = stopped.Start())
        {
            process.WaitUntil(() => process.Text.Contains("epoch 2/"));
            process.Signal("STOP"); // it must not be finished before the second one looks
            using (var second = stopped.Start())
            {
                Assert.Equal(1, second.WaitForExit());
                Assert.Contains($"in use by process {process.Id} on {Environment.MachineName}", second.Text);
            }

            process.Signal(signal);
            process.Signal("CONT");
            Assert.True(process.WaitForExit() == code, process.Text);
            Assert.Contains("nb resume", process.Text);
        }

        Assert.True(stopped.NewestStep > 0);
        Assert.False(stopped.IsFinished);
        using (var resume = new NbProcess("resume", stopped.Folder.Path, "--threads", "1"))
            Assert.True(resume.WaitForExit() == 0, resume.Text);
        var whole = new ProcessRun(_folder.File("whole"), config);
        whole.Finish();
        stopped.AssertEndsLike(whole);
    }

    [SkippableTheory]
    [InlineData("full", "No space left")]
    [InlineData("ro", "Read-only file system")]
    public void A_disk_that_fails_midway_stops_the_run_and_keeps_the_last_checkpoint(string fault, string reason)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs Linux mount namespaces");
        using (var probe = NbProcess.Shell("mount -t tmpfs -o size=64k tmpfs \"$1\"", _folder.Path))
            Skip.If(probe.WaitForExit() != 0, $"this machine allows no mount: {probe.Text}");
        var config = ProcessRun.Config(epochs: 15, checkpointEvery: 3);
        var whole = new ProcessRun(_folder.File("whole"), config);
        whole.Finish();
        var failed = new ProcessRun(_folder.File("failed"), config);
        string mount = Directory.CreateDirectory(_folder.File("mount")).FullName;
        string run = Path.Combine(mount, Path.GetFileName(failed.Folder.Path));
        string[] command = [NbProcess.Program, "train", failed.ConfigFile, "--out", mount, "--threads", "1"];
        using (var process = NbProcess.Shell(FaultyDisk, [mount, failed.Root, run, fault, .. command]))
        {
            Assert.True(process.WaitForExit() == 1, process.Text);
            Assert.Contains(reason, process.Text);
            Assert.Contains("nb resume", process.Text);
        }

        Assert.True(failed.NewestStep > 0);
        failed.AssertNothingHalfWritten();
        failed.Finish();
        failed.AssertEndsLike(whole);
    }

    public void Dispose() => _folder.Dispose();
}
