using System.Text.Json;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Data;
using NeuralBurden.Tests.Reliability;
using NeuralBurden.Vit.Runs;
using Xunit;

namespace NeuralBurden.Tests.Cli;

/// <summary><c>--threads</c> of the commands against the cores there are, for this process or for its container.</summary>
public sealed class ThreadLimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SyntheticEngine _engine = new();
    private readonly StringWriter _output = new(), _error = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void As_many_as_there_are_cores_are_used_and_more_are_told_once(int beyond)
    {
        int cores = Environment.ProcessorCount, asked = cores + beyond;
        if (asked < 1) return;

        Assert.Equal(0, Nb("run", Config(), "--out", _folder["runs"], "--threads", $"{asked}"));

        Assert.All(_engine.Options, o => Assert.Equal(Math.Min(asked, cores), o.Threads));
        Assert.Equal(beyond > 0 ? 1 : 0, _error.ToString().Split("nb: --threads ").Length - 1);
        if (beyond > 0) Assert.Contains($"--threads {asked}: there ", _error.ToString());
    }

    [Fact]
    public void The_check_of_a_device_is_held_to_it_too()
    {
        Assert.Equal(0, Nb("check", "--device", "cpu", "--small", "--cases", "1", "--threads", "1000"));

        Assert.Contains("nb: --threads 1000: there ", _error.ToString());
    }

    // What a container's limit does to .NET: fewer processors than the machine has.
    [SkippableFact]
    public void A_share_of_the_cores_is_the_limit()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && File.Exists("/usr/bin/taskset"), "needs taskset to take cores away");
        using var process = NbProcess.Of(
            "taskset", "-c", "0", "dotnet", NbProcess.Program, "train", Config(), "--out", _folder["runs"], "--threads", "7");

        Assert.True(process.WaitForExit() == 0, process.Text);

        Assert.Contains("nb: --threads 7: there is 1 core; 1 is used", process.Text);
        string environment = Assert.Single(
            Directory.GetFiles(_folder["runs"], RunFolder.EnvironmentFile, SearchOption.AllDirectories));
        using var json = JsonDocument.Parse(File.ReadAllText(environment));
        Assert.Equal(1, json.RootElement.GetProperty("threads").GetInt32());
    }

    private string Config() => _folder.Write(
        "t.yaml",
        "name: t\ndata: {train_count: 40, test_count: 20}\nmodel: {dim: 8, depth: 1, heads: 1, patch: 14}\n"u8.ToArray()
            .Concat("train: {epochs: 1, batch_size: 10}\nburden.probe_images: 0\n"u8.ToArray()).ToArray());

    private int Nb(params string[] args) => NbProgram.Run(args, Shell.Of(_output, _error, _engine));
}
