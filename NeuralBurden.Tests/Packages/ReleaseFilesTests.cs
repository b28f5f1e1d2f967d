using System.Text.RegularExpressions;
using System.Xml.Linq;
using NeuralBurden.Tests.Style;
using Xunit;
using YamlDotNet.Serialization;

namespace NeuralBurden.Tests.Packages;

/// <summary>What a release carries beside the program: how to cite it, and what changed.</summary>
public class ReleaseFilesTests
{
    [Fact]
    public void Citation_has_what_the_format_requires_and_names_the_paper()
    {
        var citation = new DeserializerBuilder().Build()
            .Deserialize<Dictionary<string, object>>(File.ReadAllText(Path.Combine(Repository.Root, "CITATION.cff")));

        Assert.Equal("1.2.0", citation["cff-version"]);
        Assert.All(["message", "title", "authors", "license"], key => Assert.Contains(key, citation.Keys));
        var paper = (Dictionary<object, object>)Assert.Single((List<object>)citation["references"]);
        Assert.EndsWith("2407.16716", (string)paper["url"]);
    }

    [Fact]
    public void Changelog_lists_versions_from_the_one_being_built_down()
    {
        var versions = Regex.Matches(
                File.ReadAllText(Path.Combine(Repository.Root, "CHANGELOG.md")), @"^## (\d+\.\d+\.\d+)", RegexOptions.Multiline)
            .Select(m => Version.Parse(m.Groups[1].Value)).ToList();
        var next = Version.Parse(XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"))
            .Descendants("MinVerMinimumMajorMinor").Single().Value);

        Assert.Equal(versions.OrderDescending(), versions);
        Assert.Equal(next, new Version(versions[0].Major, versions[0].Minor));
    }
}
