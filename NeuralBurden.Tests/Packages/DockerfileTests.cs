using NeuralBurden.Tests.Style;
using Xunit;

namespace NeuralBurden.Tests.Packages;

/// <summary>The image is the README's two commands, and they need nothing but the sources and an SDK.</summary>
[Collection(AloneCollection.Name)]
public sealed class DockerfileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nb-image-").FullName;

    [Fact]
    public void The_image_runs_the_two_commands_of_the_readme()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Assert.Equal(["./nb run", "./nb test"], Commands());
        Assert.All(Commands(), c => Assert.Contains($"    {c} ", readme));
    }

    [SkippableFact]
    public void Its_commands_pass_in_an_empty_folder()
    {
        Skip.IfNot(
            Environment.GetEnvironmentVariable("NB_LONG") == "1", "the first run and the whole suite once more: NB_LONG=1");
        CopySources();
        foreach (string command in Commands())
        {
            // Not the long tests again, or this one would never end; and no data but what a build context has.
            var run = SdkProcess.Run(_folder, "env", "-u", "NB_LONG", "-u", "NB_DATA", "sh", "-c", command);
            Assert.True(run.Code == 0, run.Text);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string[] Commands() =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "Dockerfile"))
            .Where(l => l.StartsWith("RUN ", StringComparison.Ordinal))
            .Select(l => l["RUN ".Length..]),
    ];

    // The build context: what is under version control, as it stands now.
    private void CopySources()
    {
        var list = SdkProcess.Run(Repository.Root, "git", "ls-files", "-co", "--exclude-standard");
        Skip.IfNot(list.Code == 0, "no git, or not a clone");
        foreach (string file in list.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string from = Path.Combine(Repository.Root, file), to = Path.Combine(_folder, file);
            if (!File.Exists(from)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            // Copies the mode too: nb is a script.
            File.Copy(from, to);
        }
    }
}
