using System.Diagnostics;
using System.Text.Json.Nodes;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Style;
using Xunit;

namespace NeuralBurden.Tests.Benchmarks;

/// <summary>The folder that <c>gpu/prepare</c> lays out, and what <c>run</c> leaves behind.</summary>
internal sealed class GpuKit : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="program">Packed in place of a published one; null publishes.</param>
    /// <param name="mnist">MNIST's folder; null makes files of a few bytes.</param>
    /// <param name="limit">For publishing and packing.</param>
    public GpuKit(string? program, string? mnist, TimeSpan limit)
    {
        Skip.If(OperatingSystem.IsWindows() || !Exists("bash") || !Exists("python3"), "needs bash and python3");
        if (mnist is null)
        {
            mnist = _folder.File("mnist");
            Directory.CreateDirectory(mnist);
            foreach (string part in (string[])["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"])
                System.IO.File.WriteAllText(Path.Combine(mnist, $"{part}-ubyte"), part);
        }

        Prepared = Start(Script("prepare"), [Folder, mnist], limit, program is null ? [] : [("NB_PROGRAM", program)]);
    }

    public static string Sources => Path.Combine(Repository.Root, "NeuralBurden.Bench", "gpu");

    /// <summary>Exit code and all that was said.</summary>
    public (int Code, string Text) Prepared { get; }

    public string Folder => _folder.File("kit");

    public string Output => _folder.File("out");

    public static bool Exists(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => System.IO.File.Exists(Path.Combine(folder, program)));

    public static string Script(string name) => Path.Combine(Sources, name);

    public string PathOf(string name) => _folder.File(name);

    public (int Code, string Text, JsonNode Json) Run(
        string[] arguments, TimeSpan limit, params (string Name, string Value)[] environment)
    {
        string scratch = _folder.File("scratch");
        Directory.CreateDirectory(scratch);
        var run = Start(Path.Combine(Folder, "run"), arguments, limit, [("OUT", Output), ("TMPDIR", scratch), .. environment]);
        string json = Path.Combine(Output, "gpu.json");
        Assert.True(File.Exists(json), run.Text);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch));
        return (run.Code, run.Text, JsonNode.Parse(File.ReadAllText(json))!);
    }

    public void Dispose() => _folder.Dispose();

    public static (int Code, string Text) Start(
        string script, string[] arguments, TimeSpan limit, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", [script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What a test host sets must not reach another SDK process.
        foreach (string name in start.Environment.Keys.ToList())
        {
            if (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)) start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{script} took longer than {limit}");
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}
