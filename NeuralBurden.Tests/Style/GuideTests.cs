using System.Text.RegularExpressions;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Pruning.Catalog;
using Xunit;

namespace NeuralBurden.Tests.Style;

/// <summary>Code in the guides is code that is compiled and run, and what they point to is there.</summary>
public partial class GuideTests
{
    [Fact]
    public void The_guide_to_ones_own_method_shows_whole_files_that_are_compiled()
    {
        string sample = Path.Combine(Repository.Root, "samples", "own-method");
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "your-own-method.md"));
        string[] blocks = [.. CodeBlock().Matches(guide).Select(m => m.Groups[1].Value)];

        string[] files = ["RowEnergy.cs", "RowRelative.cs", "Program.cs"];
        Assert.Equal(files.Select(file => File.ReadAllText(Path.Combine(sample, file))), blocks);
        Assert.True(blocks.Sum(b => b.Split('\n').Length) < 80, "the example has grown");
    }

    [Fact]
    public void Every_command_of_the_guides_is_one_that_the_program_takes()
    {
        string[] guides =
            [Path.Combine(Repository.Root, "README.md"), .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md",
                SearchOption.AllDirectories)];
        var log = new StringWriter();
        var commands = NbProgram.Commands(Shell.Of(log, log, NbProgram.Engine));
        var lines = guides.SelectMany(File.ReadAllLines).Select(line => CommandLine().Match(line)).Where(m => m.Success)
            .Select(m => m.Groups[1].Value.Trim()).Where(line => !line.StartsWith("test", StringComparison.Ordinal)).ToList();

        Assert.True(lines.Count > 40, $"{lines.Count} commands found");
        Assert.Empty(lines.SelectMany(line => commands.Parse(line).Errors.Select(e => $"nb {line}: {e.Message}")));
        Assert.All(
            lines.SelectMany(line => Preset().Matches(line)),
            m => Assert.True(File.Exists(Path.Combine(Repository.Root, m.Value)), m.Value));
    }

    [Fact]
    public void The_guide_to_the_library_shows_the_samples_that_its_tests_run()
    {
        (string Name, int Lines)[] samples = [("classify", 5), ("train-pruned", 29)];
        string folder = Path.Combine(Repository.Root, "samples");
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "library.md"));
        string[] blocks = [.. CodeBlock().Matches(guide).Select(m => Flat(m.Groups[1].Value))];
        string[] code = [.. samples.Select(s => Flat(File.ReadAllText(Path.Combine(folder, s.Name, "Program.cs"))))];

        Assert.Equal(code, blocks);
        Assert.Empty(samples.Zip(code).Where(s => s.Second.Split('\n').Length > s.First.Lines).Select(s => s.First.Name));
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

        // What keeps the zeros of a model given is compared with none that begins anew.
        Assert.All(MethodCatalog.BuiltIn.Presets.Where(p => p.Name != "fixed"), preset =>
        {
            var rows = Regex.Matches(guide, $@"^\| {preset.Name}(-sparsity[0-9.]+)? \| 3 \| [0-9.]+ ± ", RegexOptions.Multiline);
            Assert.True(rows.Count >= (preset.Name == "dense" ? 1 : 2), preset.Name);
        });
    }

    [Fact]
    public void The_guide_to_the_methods_has_a_page_of_every_preset_and_no_page_lacks_a_field()
    {
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "methods.md")).ReplaceLineEndings("\n");

        Assert.All(MethodCatalog.BuiltIn.Presets, preset =>
        {
            var page = MethodPage.Of(preset);
            Assert.All(page, field => Assert.False(string.IsNullOrWhiteSpace(field.Text), $"{preset.Name}: {field.Heading}"));
            string text = string.Join('\n', page.Select(field => $"- *{field.Heading}*: {field.Text}"));
            Assert.Contains($"### {preset.Name}\n\n{preset.Summary}\n\n{text}\n", guide);
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

    // A line of a block, indented or fenced, up to its remark.
    [GeneratedRegex(@"^(?:    )?(?:mpirun .*)?(?:\./)?nb ([a-z].*?)(?:\s{2,}.*)?$")]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"configs/[a-z0-9-]+\.yaml")]
    private static partial Regex Preset();
}
