using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Study;
using Xunit;

namespace NeuralBurden.Tests.Study;

public sealed class StudyReportTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Stored_data_give_the_same_report()
    {
        var data = Rich();
        var folder = new StudyFolder(_root.Path);
        folder.Write(data);

        var read = folder.Read();

        Assert.Equal(
            StudyReport.Create(data, StudyTests.Of(data), _ => null),
            StudyReport.Create(read, StudyTests.Of(read), _ => null));
        byte[] first = File.ReadAllBytes(Path.Combine(_root.Path, StudyFolder.DataFile));
        folder.Write(read);
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(_root.Path, StudyFolder.DataFile)));
    }

    [Fact]
    public void The_report_stands_alone_and_says_what_it_cannot_say()
    {
        var data = Rich();

        string html = StudyReport.Create(data, StudyTests.Of(data), _ => null);

        foreach (string part in (string[])[
            "What was asked", "What was found", "What cannot be concluded", "1/(1\u2212s)", "Burden by layer",
            "The paper&#39;s claims", "Relative load of units", "Merging and its controls", "name: synthetic"])
            Assert.Contains(part, html, StringComparison.Ordinal);
        string own = html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);
        Assert.DoesNotContain("http", own, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.All(["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"], id => Assert.Contains($"<td>{id}</td>", html));
    }

    [Fact]
    public void A_study_of_nothing_finished_says_so()
    {
        var data = Rich() with { Runs = [] };

        Assert.Contains("No pruned run is finished", StudyReport.Create(data, StudyTests.Of(data), _ => null));
    }

    [Fact]
    public void Missing_and_failed_runs_are_named()
    {
        var data = Rich();
        data = data with { Planned = data.Runs.Count + 2, Failures = ["s-gmp-s0.9-12345678: loss is not finite"] };

        string html = StudyReport.Create(data, StudyTests.Of(data), _ => null);

        Assert.Contains($"2 of {data.Planned} runs are missing", html, StringComparison.Ordinal);
        Assert.Contains("loss is not finite", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_have_a_row_per_run_and_per_layer()
    {
        var data = Rich();

        string[] runs = StudyTables.Runs(data).TrimEnd('\n').Split('\n');
        string[] layers = StudyTables.Layers(data).TrimEnd('\n').Split('\n');

        Assert.Equal(1 + data.Runs.Count, runs.Length);
        Assert.Equal(1 + data.Runs.Sum(r => r.Layers.Count), layers.Length);
        Assert.All(runs, line => Assert.Equal(runs[0].Count(c => c == ','), line.Count(c => c == ',')));
        Assert.StartsWith("id,role,method,sparsity,", runs[0], StringComparison.Ordinal);
        Assert.Contains(",dense,dense,0,none,0,1,", runs[1], StringComparison.Ordinal);
        Assert.Contains("after-mask-change", layers.First(l => l.Contains(",100,")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "study.json")]
    [InlineData("{}", "name")]
    [InlineData("null", "null")]
    public void Damaged_data_are_refused_by_name(string json, string told)
    {
        File.WriteAllText(Path.Combine(_root.Path, StudyFolder.DataFile), json);

        var error = Assert.Throws<InvalidDataException>(() => new StudyFolder(_root.Path).Read());

        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_layout_is_refused()
    {
        var folder = new StudyFolder(_root.Path);
        folder.Write(Rich() with { Format = 99 });

        Assert.Contains("99", Assert.Throws<InvalidDataException>(folder.Read).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mnist")]
    [InlineData("cifar10")]
    public void The_data_of_the_withdrawn_study_are_still_read(string name)
    {
        string folder = Path.Combine(Repository.Root, "docs", "study", name);

        var data = new StudyFolder(folder).Read();

        Assert.Equal(174, data.Runs.Count);
        Assert.Equal(StudyTables.Runs(data), File.ReadAllText(Path.Combine(folder, StudyFolder.RunsTable)));
    }

    private static StudyData Rich() => new SyntheticStudy
    {
        LogU = (_, _, s, _) => -0.3 * Math.Log(1 - s),
        LogK = (_, _, s, _) => -0.2 * Math.Log(1 - s),
        Compensation = (1, 1.2),
        Gap = s => 0.02 + (0.1 * s),
    }.Data();
}
