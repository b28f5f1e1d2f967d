using System.Text.RegularExpressions;
using Xunit;

namespace NeuralBurden.Tests.Style;

/// <summary>The house rules that no analyser checks.</summary>
public partial class SourceStyleTests
{
    private const int MostLines = 500;
    private const int LongestLine = 130;

    [Fact]
    public void Files_have_at_most_500_lines()
    {
        Assert.True(Repository.Sources.Count > 100, "the sources were not found");
        Assert.DoesNotContain(Repository.Sources, f => Repository.Lines(f).Length > MostLines);
    }

    [Fact]
    public void Lines_have_at_most_130_characters() =>
        Assert.Empty(Findings(line => line.Length > LongestLine));

    [Fact]
    public void Sources_have_no_regions_and_no_tabs() =>
        Assert.Empty(Findings(line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal) || line.Contains('\t')));

    [Fact]
    public void A_file_has_one_public_type_and_its_name()
    {
        var wrong = new List<string>();
        foreach (string file in Repository.Sources)
        {
            string name = Path.GetFileName(file).Split('.')[0];
            string[] types = [.. Repository.Lines(file).Select(l => PublicType().Match(l)).Where(m => m.Success)
                .Select(m => m.Groups[1].Value).Distinct()];
            // A type may bring its small companion: an enum and its extension methods.
            if (types.Length > 2 || (types.Length > 0 && !types.Contains(name))) wrong.Add($"{file}: {string.Join(", ", types)}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_command_line_writes_to_the_console() =>
        Assert.Empty(Findings(
            line => ConsoleWrite().IsMatch(line),
            file => !file.StartsWith("NeuralBurden.Cli/", StringComparison.Ordinal)
                && !file.StartsWith("NeuralBurden.Bench/", StringComparison.Ordinal)
                && !file.StartsWith("NeuralBurden.Tests/", StringComparison.Ordinal)));

    private static IEnumerable<string> Findings(Func<string, bool> wrong, Func<string, bool>? inFile = null) =>
        from file in Repository.Sources
        where inFile is null || inFile(file)
        from line in Repository.Lines(file).Index()
        where wrong(line.Item)
        select $"{file}:{line.Index + 1}";

    [GeneratedRegex(
        @"^public (?:(?:static|sealed|abstract|readonly|unsafe|partial|ref) )*"
        + @"(?:class|(?:record )?struct|record|enum|interface) (\w+)")]
    private static partial Regex PublicType();

    [GeneratedRegex(@"\bConsole\.(Write|Error|Out)")]
    private static partial Regex ConsoleWrite();
}
