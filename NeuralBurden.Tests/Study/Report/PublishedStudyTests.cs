using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Study.Report;
using NeuralBurden.Vit.Study.Storage;
using Xunit;

namespace NeuralBurden.Tests.Study.Report;

/// <summary>What docs/study says of a study is what the program makes of the data beside it.</summary>
public class PublishedStudyTests
{
    public static TheoryData<string> Studies
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (string folder in Directory.GetDirectories(Path.Combine(Repository.Root, "docs", "study", "second")))
                data.Add(Path.GetFileName(folder));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Studies))]
    public void Verdicts_arms_and_report_are_those_of_the_data(string study)
    {
        var folder = new StudyFolder(Path.Combine(Repository.Root, "docs", "study", "second", study));
        var data = folder.Read();

        Assert.Null(data.PlanBroken);
        Assert.Equal(StudySummary.Of(data), File.ReadAllText(Path.Combine(folder.Path, StudySummary.FileName)));
        Assert.Contains(StudySummary.Verdicts(data), File.ReadAllText(Path.Combine(folder.Path, "README.md")));
        string hint = $"{folder.ReportPath} is of another program or other data: nb study report {folder.Path}";
        Assert.True(StudyReport.Create(data, folder.Picture) == File.ReadAllText(folder.ReportPath), hint);
    }
}
