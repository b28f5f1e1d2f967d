using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study.Storage;
using Xunit;

namespace NeuralBurden.Tests.Cli;

/// <summary>A study that was stopped, cleaned away, changed or made on two machines goes on from its lines.</summary>
public sealed class StudyResumeTests : StudyHarness
{
    [Fact]
    public void The_canonical_text_of_a_study_is_the_same_study()
    {
        Study(new SyntheticEngine(), Tiny + Focus);
        string text = File.ReadAllText(Path.Combine(Folder, StudyFolder.ConfigFile));
        byte[] data = File.ReadAllBytes(Data);
        var engine = new SyntheticEngine();

        Assert.Equal(0, Study(engine, text));

        Assert.Empty(engine.Executed);
        Assert.Equal(text, File.ReadAllText(Path.Combine(Folder, StudyFolder.ConfigFile)));
        Assert.Equal(data, File.ReadAllBytes(Data));
    }

    [Fact]
    public void Killed_between_any_two_writes_a_study_goes_on_to_the_same_data()
    {
        Study(new SyntheticEngine(), Tiny);
        string[] whole = File.ReadAllLines(Data);
        string[] runs = Directory.GetDirectories(Path.Combine(Folder, "runs"));
        var random = new Random(7);
        for (int attempt = 0; attempt < 12; attempt++)
        {
            // Each run stopped somewhere between its writes: the folder, the result, the measures, the line.
            int[] stages = [.. runs.Select(_ => random.Next(5))];
            string[] known = [.. runs.Where((_, i) => stages[i] == 4).Select(r => Path.GetFileName(r)!)];
            for (int i = 0; i < runs.Length; i++)
            {
                if (stages[i] < 3) File.Delete(Path.Combine(runs[i], RunFolder.LoadsFile));
                if (stages[i] < 2) File.Delete(Path.Combine(runs[i], RunFolder.ResultFile));
                if (stages[i] < 1) Directory.Delete(runs[i], recursive: true);
            }

            var data = Stored();
            Store(data with { Runs = [.. data.Runs.Where(r => known.Contains(r.Id))] });
            File.WriteAllText(Path.Combine(Folder, $".{StudyFolder.DataFile}.0.nbtmp"), "half");
            var engine = new SyntheticEngine();

            Assert.Equal(0, Study(engine, Tiny, "--jobs", $"{1 + (attempt % 3)}"));

            Assert.Equal(whole, File.ReadAllLines(Data));
            Assert.Empty(Directory.GetFiles(Folder, "*.nbtmp"));
            var lost = runs.Where((_, i) => stages[i] < 2).Select(Path.GetFileName);
            Assert.All(engine.Executed, c => Assert.Contains(Vit.ConfigTable.ConfigText.RunId(c), lost));
            Assert.Equal(
                runs.Where((_, i) => stages[i] < 3).Select(r => Path.GetFileName(r)!).Order(StringComparer.Ordinal),
                engine.Measured.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void In_a_fresh_clone_only_what_has_no_line_is_trained_and_the_twins_that_it_needs()
    {
        Study(new SyntheticEngine(), Tiny);
        string[] whole = File.ReadAllLines(Data);
        Directory.Delete(Path.Combine(Folder, "runs"), recursive: true);
        var idle = new SyntheticEngine();
        Assert.Equal(0, Study(idle, Tiny));
        Assert.Empty(idle.Executed);
        var data = Stored();
        var lost = data.Runs.First(r => r is { Method: "pdwp", Seed: 2 });
        Store(data with { Runs = [.. data.Runs.Where(r => r.Id != lost.Id)] });
        var engine = new SyntheticEngine();

        Assert.Equal(0, Study(engine, Tiny));

        Assert.Equal(
            new[] { lost.Id, lost.Twin }.Order(),
            engine.Executed.Select(Vit.ConfigTable.ConfigText.RunId).Order());
        Assert.Equal([lost.Id], engine.Measured);
        Assert.Equal(whole, File.ReadAllLines(Data));
    }

    [Fact]
    public void A_run_of_other_images_is_made_anew()
    {
        Study(new SyntheticEngine(), Tiny);
        Directory.Delete(Path.Combine(Folder, "runs"), recursive: true);
        var data = Stored();
        var other = data.Runs.First(r => r is { Method: "gmp", Seed: 1 });
        var same = data.Runs.First(r => r is { Method: "gmp", Seed: 2 });
        var images = new Vit.Settings.DataConfig { Name = "glyphs", TrainCount = 96, TestCount = 40 };
        string now = new SyntheticEngine().Fingerprint(Vit.Settings.RunConfig.Default with { Data = images }, new()).Digest;
        Store(data with
        {
            Runs = [.. data.Runs.Select(r => r.Id == other.Id ? r with { Fingerprint = new('0', 64) }
                : r.Id == same.Id ? r with { Fingerprint = now } : r)],
        });
        var engine = new SyntheticEngine();

        Assert.Equal(0, Study(engine, Tiny));

        Assert.Contains("1 runs of study.json are of other images", Output, StringComparison.Ordinal);
        Assert.Equal([other.Id], engine.Measured);
    }

    [Fact]
    public void A_study_that_grows_keeps_its_runs_and_one_that_changes_back_has_them_still()
    {
        Study(new SyntheticEngine(), Tiny);
        string[] whole = File.ReadAllLines(Data);
        var engine = new SyntheticEngine();
        const string More = "\n    more: {pruning.method: gmp, pruning.sparsity: 80%, tokens.merge: single-pass}";
        Assert.Equal(0, Study(engine, Tiny + More));
        Assert.Equal(2, engine.Executed.Count);
        engine.Executed.Clear();

        // Another rate: all its runs are others.
        Assert.Equal(0, Study(engine, Tiny, "--set", "optim.lr=0.5"));
        Assert.Equal(TinyRuns, engine.Executed.Count);
        var data = Stored();
        Assert.Equal((TinyRuns, TinyRuns + 2), (data.Runs.Count, data.Others.Count));
        engine.Executed.Clear();
        Directory.Delete(Path.Combine(Folder, "runs"), recursive: true);

        Assert.Equal(0, Study(engine, Tiny));
        Assert.Empty(engine.Executed);
        Assert.Equal(whole[..(TinyRuns + 1)], File.ReadAllLines(Data)[..(TinyRuns + 1)]);
    }

    [Fact]
    public void What_is_trained_can_be_measured_again_and_what_is_gone_keeps_its_figures()
    {
        Study(new SyntheticEngine(), Tiny);
        var runs = Stored().Runs;
        var gone = runs.First(r => r is { Method: "pdwp", Seed: 2 });
        Directory.Delete(Path.Combine(Folder, "runs", gone.Id), recursive: true);
        var engine = new SyntheticEngine();
        string silencing = Tiny.Replace("  rows:", "  silencing: true\n  rows:", StringComparison.Ordinal);

        Assert.Equal(0, Study(engine, silencing));
        Assert.Empty(engine.Measured);
        Assert.Equal(0, Study(engine, silencing, "--remeasure"));

        Assert.Empty(engine.Executed);
        Assert.Equal(TinyRuns - 1, engine.Measured.Count);
        var again = Stored().Runs;
        Assert.Equal(runs.Select(r => r.Id), again.Select(r => r.Id));
        Assert.All(again, r => Assert.Equal(r.Id == gone.Id, r.Loads[^1].Silencing is null));
    }

    [Fact]
    public void Two_machines_runs_become_one_study()
    {
        string elsewhere = Path.Combine(Root, "elsewhere");
        Assert.Equal(0, Nb(new SyntheticEngine(), "study", Config(Tiny), "--out", elsewhere, "--rows", "curve"));
        Study(new SyntheticEngine(), Tiny, "--rows", "screen,small");
        int before = Stored().Runs.Count;

        Assert.Equal(
            0, Nb(new SyntheticEngine(), "study", "take", Config(Tiny), Path.Combine(elsewhere, "tiny"), "--out", Out));

        Assert.Contains($"{TinyRuns - before} runs taken over", Output, StringComparison.Ordinal);
        var engine = new SyntheticEngine();
        Assert.Equal(0, Study(engine, Tiny));
        Assert.Empty(engine.Executed);
        var data = Stored();
        Assert.Equal(TinyRuns, data.Runs.Count);
        Assert.All(data.Runs, r => Assert.True(r.Picture is null || new StudyFolder(Folder).Picture(r.Picture) is not null));

        string other = Tiny.Replace("name: tiny", "name: other", StringComparison.Ordinal);
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "take", Config(other), Folder, "--out", Out));
        Assert.Contains("is of the study 'tiny', not of 'other'", Error, StringComparison.Ordinal);
    }
}
