using System.Runtime.InteropServices;
using NeuralBurden.Tests.Style;
using Xunit;

namespace NeuralBurden.Tests.Packages;

/// <summary>The program published into one file, alone in a folder, under a name that is not its own.</summary>
public sealed class PublishedProgram : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nb-publish-").FullName;
    private readonly Lazy<string> _file;

    public PublishedProgram() => _file = new Lazy<string>(Publish);

    /// <summary>Its path; published at the first use.</summary>
    public string File => _file.Value;

    /// <summary>Where it lies and runs.</summary>
    public string Folder => Path.Combine(_folder, "alone");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Starts it, or another program that starts it, and returns what that wrote.</summary>
    public string Run(string program, params IEnumerable<string> arguments)
    {
        var run = SdkProcess.Run(Folder, program, arguments);
        Assert.True(run.Code == 0, run.Text);
        return run.Text;
    }

    private string Publish()
    {
        string published = Path.Combine(_folder, "published");
        // Intermediate files of its own: the suite runs from the others.
        var publish = SdkProcess.Run(
            Repository.Root, "dotnet", "publish", Path.Combine(Repository.Root, "NeuralBurden.Cli"), "-c", "Release",
            "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "-p:PublishSingleFile=true", "-o", published,
            "-nologo", "-m:1", "--artifacts-path", Path.Combine(_folder, "artifacts"));
        Skip.If(SdkProcess.LacksPackage(publish.Text), $"no runtime pack here: {publish.Text}");
        Assert.True(publish.Code == 0, publish.Text);
        Assert.DoesNotContain("warning", publish.Text);
        Directory.CreateDirectory(Folder);
        string suffix = OperatingSystem.IsWindows() ? ".exe" : "", file = Path.Combine(Folder, "program" + suffix);
        System.IO.File.Copy(Path.Combine(published, "nb" + suffix), file);
        return file;
    }
}
