using System.Reflection;
using System.Xml.Linq;
using Xunit;

namespace NeuralBurden.Tests.Style;

/// <summary>Compute knows nobody, Pruning knows Compute and never a ViT, Vit knows both, the command line all.</summary>
public class ProjectArrowTests
{
    private const string Prefix = "NeuralBurden.";

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Compute"] = [],
        ["Pruning"] = ["Compute"],
        ["Vit"] = ["Compute", "Pruning"],
        ["Cli"] = ["Compute", "Pruning", "Vit"],
        ["Bench"] = ["Compute", "Pruning", "Vit"],
        ["Tests"] = ["Compute", "Pruning", "Vit", "Cli"],
    };

    [Fact]
    public void Project_files_reference_only_what_lies_below()
    {
        // Samples and the benchmark's peers are outside: they know packages only.
        string[] projects = [.. Directory.EnumerateDirectories(Repository.Root, Prefix + "*")
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.TopDirectoryOnly))];
        Assert.Equal(Allowed.Keys.Order(), projects.Select(NameOf).Order());
        foreach (string project in projects)
        {
            var references = XDocument.Load(project).Descendants("ProjectReference")
                .Select(r => NameOf(r.Attribute("Include")!.Value.Replace('\\', '/')));
            Assert.Empty(references.Except(Allowed[NameOf(project)]).Select(r => $"{NameOf(project)} -> {r}"));
        }
    }

    [Theory]
    [InlineData("Compute")]
    [InlineData("Pruning")]
    [InlineData("Vit")]
    public void Assemblies_reference_only_what_lies_below(string project)
    {
        var references = Assembly.Load(Prefix + project).GetReferencedAssemblies()
            .Select(r => r.Name!)
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) || n == "nb")
            .Select(n => n == "nb" ? "Cli" : n[Prefix.Length..]);
        Assert.Empty(references.Except(Allowed[project]));
    }

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project)[Prefix.Length..];
}
