using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Study.Storage;
using Xunit;

namespace NeuralBurden.Tests.Cli;

/// <summary><c>nb study plan</c>: what is confirmed is said before its runs.</summary>
public sealed class StudyPlanCommandTests : StudyHarness
{
    [Fact]
    public void A_plan_is_written_before_its_runs_and_makes_them_confirmatory()
    {
        Assert.Equal(0, Nb(new SyntheticEngine(), "study", "plan", Config(Tiny + Focus), "--out", Out));
        byte[] plan = File.ReadAllBytes(Path.Combine(Folder, StudyFolder.PlanFile));
        Assert.Equal(0, Study(new SyntheticEngine(), Tiny + Focus));

        var data = Stored();
        Assert.Null(data.PlanBroken);
        Assert.Equal(3 * 6, data.Runs.Count(data.IsConfirmatory));
        Assert.All(data.Runs, r => Assert.Equal(r.Seed > 100, data.IsConfirmatory(r)));
        // The same again is no new plan, and another one is refused.
        Assert.Equal(0, Nb(new SyntheticEngine(), "study", "plan", Config(Tiny + Focus), "--out", Out));
        string other = (Tiny + Focus).Replace("[T0, T1]", "[T0]", StringComparison.Ordinal);
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "plan", Config(other), "--out", Out));
        Assert.Contains("endpoints", Error, StringComparison.Ordinal);
        Assert.Equal(plan, File.ReadAllBytes(Path.Combine(Folder, StudyFolder.PlanFile)));

        Assert.Equal(0, Study(new SyntheticEngine(), other));
        data = Stored();
        Assert.Contains("endpoints", data.PlanBroken, StringComparison.Ordinal);
        Assert.DoesNotContain(data.Runs, data.IsConfirmatory);
    }

    [Fact]
    public void Without_a_plan_everything_is_exploratory_and_none_is_written_afterwards()
    {
        Study(new SyntheticEngine(), Tiny + Focus);

        Assert.DoesNotContain(Stored().Runs, Stored().IsConfirmatory);
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "plan", Config(Tiny + Focus), "--out", Out));
        Assert.Contains("is finished already", Error, StringComparison.Ordinal);
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "plan", Config(Tiny), "--out", Out));
        Assert.Contains("nothing to confirm", Error, StringComparison.Ordinal);
    }

    /// <summary>What is published as confirmatory stays so in the program as it is, with the config as it is.</summary>
    [Theory]
    [InlineData("study-mnist", "mnist")]
    public void The_published_plan_holds(string config, string study)
    {
        Directory.CreateDirectory(Path.Combine(Out, config));
        File.Copy(
            Path.Combine(Repository.Root, "docs", "study", "second", study, StudyFolder.PlanFile),
            Path.Combine(Out, config, StudyFolder.PlanFile));

        int code = Nb(
            new SyntheticEngine(), "study", "plan", Path.Combine(Repository.Root, "configs", $"{config}.yaml"), "--out", Out);

        Assert.True(code == 0, Error);
        Assert.Contains("is there and holds", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_were_put_aside_count_as_finished()
    {
        Study(new SyntheticEngine(), Tiny + Focus);
        // Without the rows that confirm, their lines are put aside.
        Study(new SyntheticEngine(), Tiny);
        Assert.NotEmpty(Stored().Others);

        Assert.Equal(0, Study(new SyntheticEngine(), Tiny + Focus, "--list"));
        Assert.Contains(" 0 of them missing", Output, StringComparison.Ordinal);
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "plan", Config(Tiny + Focus), "--out", Out));
        Assert.Contains("is finished already", Error, StringComparison.Ordinal);
    }
}
