using System.Text.RegularExpressions;
using NeuralBurden.Pruning.Catalog;
using Xunit;

namespace NeuralBurden.Tests.Style;

/// <summary>Code in the guides is code that is compiled and run, and what they point to is there.</summary>
public partial class GuideTests
{
    [Fact]
    public void The_guide_to_ones_own_method_shows_the_code_that_its_test_runs()
    {
        string source = Flat(string.Join('\n', Repository.Lines("NeuralBurden.Tests/Pruning/OwnMethodTests.cs")));
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "your-own-method.md"));
        string[] blocks = [.. CodeBlock().Matches(guide).Select(m => m.Groups[1].Value)];

        Assert.Equal(3, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(Flat(block), source));
        Assert.True(blocks.Sum(b => b.Split('\n').Length) < 40, "the example has grown");
    }

    [Fact]
    public void The_guide_to_the_library_shows_the_sample_that_its_test_runs()
    {
        string sample = File.ReadAllText(Path.Combine(Repository.Root, "samples", "train-pruned", "Program.cs"));
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "library.md"));

        Assert.Equal(Flat(sample), Flat(Assert.Single(CodeBlock().Matches(guide)).Groups[1].Value));
        Assert.True(sample.TrimEnd().Split('\n').Length < 30, "the sample has grown");
    }

    [Fact]
    public void Guides_link_only_to_files_that_exist()
    {
        string[] guides =
            [Path.Combine(Repository.Root, "README.md"), .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md")];
        var missing =
            from guide in guides
            from Match link in Link().Matches(File.ReadAllText(guide))
            let target = link.Groups[1].Value
            where !target.Contains("://") && !target.StartsWith('#')
            let path = Path.Combine(Path.GetDirectoryName(guide)!, target.Split('#')[0])
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{Path.GetFileName(guide)}: {target}";

        Assert.Empty(missing);
    }

    [Fact]
    public void The_guide_to_the_methods_has_figures_of_every_preset()
    {
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "methods.md"));

        Assert.All(MethodCatalog.BuiltIn.Presets, preset =>
        {
            var rows = Regex.Matches(guide, $@"^\| {preset.Name}(-sparsity[0-9.]+)? \| 3 \| [0-9.]+ ± ", RegexOptions.Multiline);
            Assert.True(rows.Count >= (preset.Name == "dense" ? 1 : 2), preset.Name);
        });
    }

    [Fact]
    public void Presets_in_the_readme_exist()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.All(Preset().Matches(readme), m => Assert.True(File.Exists(Path.Combine(Repository.Root, m.Value)), m.Value));
    }

    // Indentation differs between a file and a guide; nothing else may.
    private static string Flat(string code) => string.Join('\n', code.Split('\n').Select(l => l.Trim())).Trim();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"configs/[a-z0-9-]+\.yaml")]
    private static partial Regex Preset();
}
