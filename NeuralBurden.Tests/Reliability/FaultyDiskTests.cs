using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Runs;
using Xunit;

namespace NeuralBurden.Tests.Reliability;

/// <summary>Real file systems that cannot be written, and a process that may open no more files, have their own words.</summary>
public sealed class FaultyDiskTests : IDisposable
{
    private const string Mounted = """
        mount -t tmpfs -o size=4m tmpfs "$1" && cp -r "$2" "$1/RUN" || exit 99
        if [ "$3" = ro ]; then mount -o remount,ro "$1" || exit 99; else dd if=/dev/zero of="$1/filler" bs=4k 2>/dev/null; fi
        before=$(ls "$1" "$1/RUN"); shift 3
        dotnet "$@"; code=$?
        [ "$before" = "$(ls "$OUT" "$OUT/RUN")" ] || echo "something was left: $(ls "$OUT" "$OUT/RUN")"
        exit $code
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("ro", "Read-only file system", "resume", "RUN")]
    [InlineData("ro", "Read-only file system", "train", "--out", ".")]
    [InlineData("ro", "Read-only file system", "run", "--out", ".")]
    [InlineData("ro", "Read-only file system", "sweep", "--out", ".")]
    [InlineData("full", "No space left on device", "resume", "RUN")]
    [InlineData("full", "No space left on device", "train", "--out", ".")]
    [InlineData("full", "No space left on device", "run", "--out", ".")]
    public void A_folder_that_cannot_be_written_is_told_as_that_and_left_as_it_was(
        string fault, string reason, string command, params string[] places)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs Linux mount namespaces");
        string mount = Directory.CreateDirectory(_folder.File("mount")).FullName;
        using (var probe = NbProcess.Shell("mount -t tmpfs -o size=64k tmpfs \"$1\"", mount))
            Skip.If(probe.WaitForExit() != 0, $"this machine allows no mount: {probe.Text}");
        var begun = new ProcessRun(_folder.File("begun"), ProcessRun.Config(epochs: 1, checkpointEvery: 3));
        RunFolder.Open(begun.Root, begun.Folder.Config);
        IEnumerable<string> arguments = places.Select(p => p switch { "." => mount, "RUN" => mount + "/RUN", _ => p });
        if (command != "resume") arguments = [begun.ConfigFile, .. arguments];

        using var process = NbProcess.Shell(
            $"OUT={mount}\n{Mounted}", [mount, begun.Folder.Path, fault, NbProcess.Program, command, .. arguments]);

        Assert.True(process.WaitForExit() == 1, process.Text);
        Assert.Contains($"{reason}{Environment.NewLine}", process.Text);
        Assert.DoesNotContain("in use", process.Text);
        Assert.DoesNotContain("unexpected", process.Text);
        Assert.DoesNotContain(".nbtmp", process.Text);
        Assert.DoesNotContain("something was left", process.Text);
    }

    // From too few for the run time itself to enough: what nb says, if it gets to say anything, names the limit.
    [SkippableFact]
    public void Too_few_open_files_are_told_as_that()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs ulimit -n");
        var begun = new ProcessRun(_folder.File("begun"), ProcessRun.Config(epochs: 1, checkpointEvery: 3));
        RunFolder.Open(begun.Root, begun.Folder.Config);
        int told = 0;
        for (int limit = 50; limit <= 90; limit += 10)
        {
            using var process = NbProcess.Of(
                "bash", "-c", "ulimit -n $1; shift; dotnet \"$@\"", "bash", $"{limit}", NbProcess.Program, "resume",
                begun.Folder.Path, "--threads", "1");
            if (process.WaitForExit() == 0) break;
            Assert.DoesNotContain("in use", process.Text);
            Assert.DoesNotContain("nb: unexpected", process.Text);
            told += process.Text.Contains("nb: this process may open no more files (ulimit -n)") ? 1 : 0;
        }

        Assert.True(told > 0);
    }
}
