using System.Diagnostics;
using System.Runtime.InteropServices;
using NeuralBurden.Tests.Style;
using Xunit;

namespace NeuralBurden.Tests.Packages;

/// <summary>The program in one file, which goes to machines without .NET: alone in a folder, under any name.</summary>
[Collection(AloneCollection.Name)]
public sealed class PublishTests : IDisposable
{
    private const string Small = """
        name: small
        data.train_count: 64
        data.test_count: 32
        train: {epochs: 1, batch_size: 32}
        model: {depth: 1, dim: 16, heads: 2}
        burden.probe_images: 0
        slurm: {time: "60"}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("nb-publish-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void The_published_file_runs_alone_and_starts_itself_again()
    {
        Skip.IfNot(Environment.GetEnvironmentVariable("NB_LONG") == "1", "a build of a minute or more: NB_LONG=1");
        string published = Path.Combine(_folder, "published"), alone = Path.Combine(_folder, "alone");
        string project = Path.Combine(Repository.Root, "NeuralBurden.Cli");
        // Intermediate files of its own: the suite runs from the others.
        var publish = Run(
            Repository.Root, "dotnet", "publish", project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier,
            "--self-contained", "-p:PublishSingleFile=true", "-o", published, "-nologo", "-m:1",
            "--artifacts-path", Path.Combine(_folder, "artifacts"));
        Skip.If(publish.Text.Contains("NU1101") || publish.Text.Contains("NU1102"), $"no runtime pack here: {publish.Text}");
        Assert.True(publish.Code == 0, publish.Text);
        Assert.DoesNotContain("warning", publish.Text);
        Directory.CreateDirectory(alone);
        string suffix = OperatingSystem.IsWindows() ? ".exe" : "", program = Path.Combine(alone, "program" + suffix);
        File.Copy(Path.Combine(published, "nb" + suffix), program);
        Assert.InRange(new FileInfo(program).Length, 1, 60_000_000);
        File.WriteAllText(Path.Combine(alone, "small.yaml"), Small);

        Assert.Contains("reference", Nb("devices"));
        Assert.Contains("first", Nb("sweep", "configs/first.yaml", "--dry-run"));
        Nb("run", "small.yaml", "--out", "runs");
        Assert.True(File.Exists(Path.Combine(alone, "runs", "small-report.html")));
        string script = Nb("sweep", "small.yaml", "--engine", "slurm", "--dry-run");
        Assert.Contains($"{program} sweep work", script.Replace("'", "", StringComparison.Ordinal));

        string Nb(params string[] arguments)
        {
            var run = Run(alone, program, arguments);
            Assert.True(run.Code == 0, run.Text);
            return run.Text;
        }
    }

    private static (int Code, string Text) Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.ToList())
        {
            if (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)) start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} took longer than {Patience}");
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}
