using System.Text.Json;
using NeuralBurden.Cli;
using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Storage;
using Xunit;

namespace NeuralBurden.Tests.Cli;

/// <summary><c>nb study</c>: what it trains, measures, tells and writes.</summary>
public sealed class StudyCommandTests : StudyHarness
{
    [Fact]
    public void A_study_trains_and_measures_every_run_once_and_writes_a_line_of_each()
    {
        var engine = new SyntheticEngine();

        Assert.Equal(0, Study(engine, Tiny));

        Assert.Equal(TinyRuns, engine.Executed.Count);
        Assert.Equal(TinyRuns, engine.Measured.Distinct().Count());
        Assert.All(engine.Options, o => Assert.Equal(1, o.Threads));
        var data = Stored();
        Assert.Equal((TinyRuns, TinyRuns), (data.Planned, data.Runs.Count));
        Assert.All(data.Runs, r => Assert.Contains(r.Twin, data.Runs.Where(t => t.IsTwin && t.Seed == r.Seed).Select(t => t.Id)));
        Assert.Equal(1 + TinyRuns + 2, File.ReadAllLines(Data).Length);
        Assert.Equal(1 + TinyRuns, File.ReadAllLines(Path.Combine(Folder, StudyFolder.RunsTable)).Length);
    }

    [Fact]
    public void Stopped_in_training_a_real_study_ends_with_the_figures_of_one_left_alone()
    {
        string whole = Path.Combine(Root, "whole");
        Assert.Equal(0, Nb(NbProgram.Engine, "study", Config(Tiny), "--out", whole, "--jobs", "2"));

        Assert.Equal(130, Study(new StoppingEngine(afterRuns: 5), Tiny, "--jobs", "2"));
        Assert.Equal(0, Study(NbProgram.Engine, Tiny, "--jobs", "2"));

        var (expected, resumed) = (new StudyFolder(Path.Combine(whole, "tiny")).Read(), Stored());
        Assert.Equal(TinyRuns, resumed.Runs.Count);
        Assert.Equal(expected.Runs.Select(Figures), resumed.Runs.Select(Figures));
        var small = resumed.Runs.First(r => r.Small is not null);
        var twin = resumed.Runs.First(r => r.Id == small.Twin);
        var merged = resumed.Runs.First(r => r.Merges);
        // A small network stands beside the whole one: K^ is the ratio of their loads.
        double ratio = small.Loads[^1].Values["log_p95_kappa"] - twin.Loads[^1].Values["log_p95_kappa"];
        Assert.Equal(ratio, small.Loads[^1].Values["log_k_twin"], 9);
        Assert.NotEqual(0, ratio);
        Assert.Equal(0, twin.Loads[^1].Values["log_k_twin"]);
        Assert.All(resumed.Runs, r => Assert.Equal(64, r.Fingerprint?.Length));
        Assert.NotNull(merged.Picture);
        Assert.NotNull(new StudyFolder(Folder).Picture(merged.Picture));
        Assert.All(resumed.Runs, r => Assert.NotNull(r.ValidationAccuracy));

        // The report and the tables come from the data alone.
        string[] made = ["report.html", "runs.csv", "verdicts.csv", "summary.md"];
        byte[][] bytes = [.. made.Select(f => File.ReadAllBytes(Path.Combine(Folder, f)))];
        Directory.Delete(Path.Combine(Folder, "runs"), recursive: true);
        foreach (string file in made) File.Delete(Path.Combine(Folder, file));
        Assert.Equal(0, Nb(NbProgram.Engine, "study", "report", Folder));
        Assert.Equal(bytes, made.Select(f => File.ReadAllBytes(Path.Combine(Folder, f))));

        // All that takes part in a statistic; the clock does not.
        static string Figures(StudyRun run) => JsonSerializer.Serialize(
            run with { WallSeconds = 0 }, StudyJson.Default.StudyRun);
    }

    [Fact]
    public void Rows_are_run_stage_by_stage()
    {
        var engine = new SyntheticEngine();

        Assert.Equal(0, Study(engine, Tiny, "--rows", "sm*"));
        Assert.Equal(["dense", "small"], engine.Executed.Select(c => c.Name.Split('-')[1]).Distinct().Order());
        Assert.Equal(4, engine.Executed.Count);
        Assert.Equal(0, Study(engine, Tiny, "--rows", "screen,curve"));

        Assert.Equal(TinyRuns, engine.Executed.Count);
        Assert.Equal(2, Study(engine, Tiny, "--rows", "scren"));
        Assert.Contains("has no such row; it has screen, curve, small", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_says_what_is_done_and_writes_nothing()
    {
        Assert.Equal(0, Study(new SyntheticEngine(), Tiny, "--list"));

        Assert.False(Directory.Exists(Out));
        Assert.Contains($"{TinyRuns} runs, {TinyRuns} of them missing", Output, StringComparison.Ordinal);
        Assert.Contains("(screen curve)", Output, StringComparison.Ordinal);
        Study(new SyntheticEngine(), Tiny, "--rows", "small");
        Study(new SyntheticEngine(), Tiny, "--list");
        Assert.Contains($"{TinyRuns} runs, {TinyRuns - 4} of them missing", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("study-first")]
    [InlineData("study-mnist")]
    [InlineData("study-mnist-full")]
    [InlineData("study-mnist-tokens")]
    [InlineData("study-cifar10")]
    [InlineData("study-methods")]
    public void Every_study_of_the_repository_can_be_run(string name)
    {
        string path = Path.Combine(Repository.Root, "configs", $"{name}.yaml");

        Assert.Equal(0, Nb(new SyntheticEngine(), "study", path, "--list", "--out", Out));

        // What has a focus can be planned.
        bool focused = File.ReadAllText(path).Contains("focus:", StringComparison.Ordinal);
        Assert.Equal(focused ? 0 : 1, Nb(new SyntheticEngine(), "study", "plan", path, "--out", Out));
    }

    [Fact]
    public void A_run_that_fails_leaves_the_others_and_is_named()
    {
        var engine = new SyntheticEngine { Instead = { [2] = () => throw new IOException("disk is full") } };

        Assert.Equal(1, Study(engine, Tiny, "--jobs", "1"));

        Assert.Contains($"{TinyRuns / 2} of {TinyRuns} runs failed", Error, StringComparison.Ordinal);
        var data = Stored();
        Assert.Equal(TinyRuns / 2, data.Runs.Count);
        Assert.Equal(TinyRuns / 2, data.Failures.Count);
        Assert.Contains(data.Failures, f => f.EndsWith("disk is full", StringComparison.Ordinal));
        // Without its twin no other run of the seed is worth its time.
        Assert.Equal(1, engine.Executed.Count(c => c.Seed == 2));
        Assert.Equal(0, Study(new SyntheticEngine(), Tiny));
        Assert.Empty(Stored().Failures);
    }

    [Fact]
    public void One_process_at_a_time_works_on_a_study()
    {
        using var held = new StudyFolder(Folder).Take();

        Assert.Equal(1, Study(new SyntheticEngine(), Tiny));

        Assert.Contains("is in use by", Error, StringComparison.Ordinal);
    }
}
