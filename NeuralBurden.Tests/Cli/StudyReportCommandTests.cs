using NeuralBurden.Vit.Study.Report;
using NeuralBurden.Vit.Study.Storage;
using Xunit;

namespace NeuralBurden.Tests.Cli;

/// <summary><c>nb study report</c>: from the stored data alone.</summary>
public sealed class StudyReportCommandTests : StudyHarness
{
    [Fact]
    public void What_is_finished_can_be_reported_without_training()
    {
        Study(new SyntheticEngine(), Tiny, "--rows", "small");
        var engine = new SyntheticEngine();

        Assert.Equal(0, Study(engine, Tiny, "--no-train"));

        Assert.Empty(engine.Executed);
        Assert.Contains($"4 of {TinyRuns} runs", Output, StringComparison.Ordinal);
        Assert.Equal(0, Nb(engine, "study", "report", Folder));
    }

    [Fact]
    public void Reported_again_from_the_stored_data_alone_every_file_has_the_same_bytes()
    {
        Assert.Equal(0, Study(new SyntheticEngine(), Tiny));
        string[] names = [StudyFolder.RunsTable, VerdictTable.FileName, "report.html"];
        string copy = Path.Combine(Root, "copy");
        Directory.CreateDirectory(copy);
        File.Copy(Data, Path.Combine(copy, StudyFolder.DataFile));
        foreach (string png in Directory.GetFiles(Folder, "*.png")) File.Copy(png, Path.Combine(copy, Path.GetFileName(png)));

        Assert.Equal(0, Nb(new SyntheticEngine(), "study", "report", copy));

        Assert.All([.. names, StudyFolder.DataFile], name => Assert.Equal(
            File.ReadAllBytes(Path.Combine(Folder, name)), File.ReadAllBytes(Path.Combine(copy, name))));
        Assert.Contains("report.html", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"format":1,"name":"study-mnist","planned":174}""", "is of version 1; this program reads version 2")]
    [InlineData("""{"version":3}""", "is of version 3")]
    [InlineData("""{"version":"2"}""", "is of version 2")]
    [InlineData("""{"version":2}""", "name")]
    [InlineData("{}", "has no 'version'")]
    [InlineData("[]", "instead of a study")]
    [InlineData("null", "instead of a study")]
    [InlineData("{", "study.json")]
    public void Data_of_another_version_or_damaged_are_refused_and_left_alone(string json, string told)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Data, json);
        var engine = new SyntheticEngine();

        Assert.Equal(1, Study(engine, Tiny));
        Assert.Equal(1, Nb(engine, "study", "report", Folder));

        Assert.All(Error.Trim().Split('\n'), line =>
        {
            Assert.Contains(Data, line, StringComparison.Ordinal);
            Assert.Contains(told, line, StringComparison.Ordinal);
        });
        Assert.Empty(engine.Executed);
        Assert.Equal(json, File.ReadAllText(Data));
    }

    [Fact]
    public void A_folder_without_a_study_is_refused()
    {
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "report", Root));

        Assert.Contains("is no study", Error, StringComparison.Ordinal);
    }
}
