using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NeuralBurden.Tests.Inference;
using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Imaging;
using NeuralBurden.Vit.Inference;
using Xunit;

namespace NeuralBurden.Tests.Packages;

/// <summary>The packages hold what a user expects, and a program outside the repository trains with them.</summary>
[Collection(AloneCollection.Name)]
public sealed class PackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nb-packages-").FullName;

    private string Feed => Path.Combine(_folder, "feed");

    [Fact]
    public void Packages_have_documentation_licence_readme_and_symbols()
    {
        Pack();
        foreach (string name in (string[])["NeuralBurden.Compute", "NeuralBurden.Pruning", "NeuralBurden.Vit"])
        {
            string[] entries = EntriesOf(name, "nupkg");
            Assert.Contains($"lib/net10.0/{name}.dll", entries);
            Assert.Contains($"lib/net10.0/{name}.xml", entries);
            Assert.Contains("library.md", entries);
            Assert.Contains($"lib/net10.0/{name}.pdb", EntriesOf(name, "snupkg"));
            AssertDescribed(name);
        }

        string[] tool = EntriesOf("NeuralBurden.Cli", "nupkg");
        Assert.Contains("tools/net10.0/any/DotnetToolSettings.xml", tool);
        Assert.Contains("tools/net10.0/any/nb.dll", tool);
        AssertDescribed("NeuralBurden.Cli");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void The_sample_trains_a_pruned_model_with_the_packages()
    {
        string sample = Built("train-pruned");
        var run = SdkProcess.Run(sample, "dotnet", Path.Combine("bin", "Release", "net10.0", "train-pruned.dll"));

        Assert.True(run.Code == 0, run.Text);
        Assert.Contains("epoch 3: ", run.Text);
        Assert.Contains("at 80 % sparsity", run.Text.Replace("80%", "80 %"));
        double accuracy = double.Parse(
            Regex.Match(run.Text, @"([0-9.]+) ?% at 80 ?% sparsity").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(accuracy > 90, run.Text);
        string model = Assert.Single(Directory.GetFiles(sample, "model.safetensors", SearchOption.AllDirectories));
        Assert.Contains(model, run.Text);
        var again = SdkProcess.Run(sample, "dotnet", Path.Combine("bin", "Release", "net10.0", "train-pruned.dll"));
        Assert.DoesNotContain("epoch", again.Text);
        Assert.Equal(run.Text.Trim().Split('\n')[^1], again.Text.Trim());
    }

    [SkippableFact]
    public void The_sample_classifies_an_image_with_the_packages()
    {
        string sample = Built("classify"), model = Path.Combine(_folder, "m.safetensors"), image = Path.Combine(_folder, "i.png");
        SavedModel.Of(SavedModel.Shape, kept: 0.2).Save(model);
        PngWriter.Write(image, SavedModel.Image(40, 30, 3, seed: 1));

        var run = SdkProcess.Run(sample, "dotnet", Path.Combine("bin", "Release", "net10.0", "classify.dll"), model, image);

        Assert.True(run.Code == 0, run.Text);
        using var same = PrunedModel.Load(model);
        string[] names = [.. same.Predict(image).Top(3).Select(score => score.Name)];
        Assert.Equal(names, run.Text.Trim().Split('\n').Select(line => line.Split(':')[0]));
    }

    [SkippableFact]
    public void The_method_of_ones_own_trains_with_the_packages()
    {
        string sample = Built("own-method");

        var run = SdkProcess.Run(sample, "dotnet", Path.Combine("bin", "Release", "net10.0", "own-method.dll"));

        Assert.True(run.Code == 0, run.Text);
        Assert.Contains("at 75 % sparsity", run.Text.Replace("75%", "75 %"));
    }

    // A sample as its reader would build it, against the packages of this very build.
    private string Built(string name)
    {
        SkipUnlessLong();
        Pack();
        string sample = Path.Combine(_folder, name);
        Directory.CreateDirectory(sample);
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "samples", name)))
            File.Copy(file, Path.Combine(sample, Path.GetFileName(file)));
        // Other packages come from where this very build took them: nothing is asked of any network.
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Skip.IfNot(Directory.Exists(packages), $"the packages of this build are not in {packages}");
        File.WriteAllText(Path.Combine(sample, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_folder, "installed")}" /></config>
              <packageSources><clear /><add key="local" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="build" value="{packages}" /></fallbackPackageFolders>
            </configuration>
            """);
        // A package that other versions of this test have installed there would hide the one just packed.
        Skip.If(Directory.Exists(Path.Combine(packages, "neuralburden.vit")), $"{packages} has a NeuralBurden.Vit already");

        var build = SdkProcess.Run(sample, "dotnet", "build", "-c", "Release", "-nologo", "-v", "q", "-p:NuGetAudit=false");
        Skip.If(SdkProcess.LacksPackage(build.Text), $"no offline restore here: {build.Text}");
        Assert.True(build.Code == 0, build.Text);
        return sample;
    }

    [SkippableFact]
    public void The_tool_installs_from_a_folder_and_runs()
    {
        SkipUnlessLong();
        Pack();
        string tools = Path.Combine(_folder, "tools");

        var install = SdkProcess.Run(
            _folder, "dotnet", "tool", "install", "NeuralBurden.Cli", "--tool-path", tools, "--source", Feed, "--prerelease");

        Assert.True(install.Code == 0, install.Text);
        string nb = Path.Combine(tools, OperatingSystem.IsWindows() ? "nb.exe" : "nb");
        string work = Directory.CreateDirectory(Path.Combine(_folder, "work")).FullName;
        Assert.Contains("reference", Nb("devices"));
        Assert.Contains("first", Nb("sweep", "configs/first.yaml", "--dry-run"));
        SmallRun.WriteTo(work);
        Nb("run", SmallRun.File, "--out", "runs");
        Assert.Single(Directory.GetFiles(work, "result.json", SearchOption.AllDirectories));

        string Nb(params string[] arguments)
        {
            var run = SdkProcess.Run(work, nb, arguments);
            Assert.True(run.Code == 0, run.Text);
            return run.Text;
        }
    }

    private static void SkipUnlessLong() => Skip.IfNot(
        Environment.GetEnvironmentVariable("NB_LONG") == "1", "a restore and a build of half a minute: NB_LONG=1");

    private void Pack()
    {
        // bin/CONFIGURATION/net10.0/ of the tests: the packages are of the very build that runs them.
        string output = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        string configuration = Path.GetFileName(Path.GetDirectoryName(output))!;
        string[] options = ["-c", configuration, "--no-build", "--no-restore", "-o", Feed, "-v", "q", "-m:1"];
        var pack = SdkProcess.Run(Repository.Root, "dotnet", ["pack", "NeuralBurden.IL.sln", .. options]);
        Assert.True(pack.Code == 0, pack.Text);
    }

    private string[] EntriesOf(string name, string kind)
    {
        using var archive = ZipFile.OpenRead(FileOf(name, kind));
        return [.. archive.Entries.Select(e => e.FullName)];
    }

    private void AssertDescribed(string name)
    {
        using var archive = ZipFile.OpenRead(FileOf(name, "nupkg"));
        using var stream = archive.GetEntry(name + ".nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        string Of(string element) => metadata.Elements().Single(e => e.Name.LocalName == element).Value;
        Assert.Equal(name, Of("id"));
        Assert.Equal("MIT", Of("license"));
        Assert.Equal("library.md", Of("readme"));
        Assert.True(Of("description").Length > 40, Of("description"));
    }

    private string FileOf(string name, string kind) =>
        Assert.Single(Directory.GetFiles(Feed, $"{name}.*.{kind}"), f => char.IsAsciiDigit(Path.GetFileName(f)[name.Length + 1]));
}
