using System.Text.Json;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study;
using NeuralBurden.Vit.Study.Storage;
using Xunit;

namespace NeuralBurden.Tests.Cli;

public sealed class StudyCommandTests : IDisposable
{
    private const string Tiny = """
        name: tiny
        data: {name: glyphs, train_count: 96, test_count: 40}
        model: {dim: 8, depth: 2, heads: 2, mlp_ratio: 2, patch: 7}
        optim: {warmup: 0ep}
        train: {epochs: 2, batch_size: 32, validation: 25%}
        burden: {probe_images: 0}
        study:
          seeds: [1, 2]
          settings:
            gmp: {pruning.start: 25%}
          rows:
            screen: {pruning.method: [dense, pdwp], pruning.sparsity: 80%, tokens.merge: [none, single-pass]}
            curve: {pruning.method: [pdwp, gmp], pruning.sparsity: [50%, 80%]}
            small: {small: 50%}
        """;

    private const int TinyRuns = 2 * (4 + 3 + 1);

    private static readonly Vit.Settings.DataConfig Images = new() { Name = "glyphs", TrainCount = 96, TestCount = 40 };

    private readonly TemporaryFolder _root = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private string Out => Path.Combine(_root.Path, "out");

    private string Folder => Path.Combine(Out, "tiny");

    private string Data => Path.Combine(Folder, StudyFolder.DataFile);

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_study_trains_and_measures_every_run_once_and_writes_a_line_of_each()
    {
        var engine = new SyntheticEngine();

        Assert.Equal(0, Study(engine, Tiny));

        Assert.Equal(TinyRuns, engine.Executed.Count);
        Assert.Equal(TinyRuns, engine.Measured.Distinct().Count());
        Assert.All(engine.Options, o => Assert.Equal(1, o.Threads));
        var data = new StudyFolder(Folder).Read();
        Assert.Equal((TinyRuns, TinyRuns), (data.Planned, data.Runs.Count));
        Assert.All(data.Runs, r => Assert.Contains(r.Twin, data.Runs.Where(t => t.IsTwin && t.Seed == r.Seed).Select(t => t.Id)));
        Assert.Equal(1 + TinyRuns + 2, File.ReadAllLines(Data).Length);
        Assert.Equal(1 + TinyRuns, File.ReadAllLines(Path.Combine(Folder, StudyFolder.RunsTable)).Length);
    }

    [Fact]
    public void Stopped_in_training_a_real_study_ends_with_the_figures_of_one_left_alone()
    {
        string whole = Path.Combine(_root.Path, "whole");
        Assert.Equal(0, Nb(NbProgram.Engine, "study", Config(Tiny), "--out", whole, "--jobs", "2"));

        Assert.Equal(130, Study(new StoppingEngine(afterRuns: 5), Tiny, "--jobs", "2"));
        Assert.Equal(0, Study(NbProgram.Engine, Tiny, "--jobs", "2"));

        var (expected, resumed) = (new StudyFolder(Path.Combine(whole, "tiny")).Read(), new StudyFolder(Folder).Read());
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
        string[] made = ["report.html", "runs.csv", "verdicts.csv"];
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

            var data = new StudyFolder(Folder).Read();
            new StudyFolder(Folder).Write(data with { Runs = [.. data.Runs.Where(r => known.Contains(r.Id))] });
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
        var data = new StudyFolder(Folder).Read();
        var lost = data.Runs.First(r => r is { Method: "pdwp", Seed: 2 });
        new StudyFolder(Folder).Write(data with { Runs = [.. data.Runs.Where(r => r.Id != lost.Id)] });
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
        var data = new StudyFolder(Folder).Read();
        var other = data.Runs.First(r => r is { Method: "gmp", Seed: 1 });
        var same = data.Runs.First(r => r is { Method: "gmp", Seed: 2 });
        string now = new SyntheticEngine().Fingerprint(Vit.Settings.RunConfig.Default with { Data = Images }, new()).Digest;
        new StudyFolder(Folder).Write(data with
        {
            Runs = [.. data.Runs.Select(r => r.Id == other.Id ? r with { Fingerprint = new('0', 64) }
                : r.Id == same.Id ? r with { Fingerprint = now } : r)],
        });
        var engine = new SyntheticEngine();

        Assert.Equal(0, Study(engine, Tiny));

        Assert.Contains("1 runs of study.json are of other images", _output.ToString(), StringComparison.Ordinal);
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
        var data = new StudyFolder(Folder).Read();
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
        var runs = new StudyFolder(Folder).Read().Runs;
        var gone = runs.First(r => r is { Method: "pdwp", Seed: 2 });
        Directory.Delete(Path.Combine(Folder, "runs", gone.Id), recursive: true);
        var engine = new SyntheticEngine();
        string silencing = Tiny.Replace("  rows:", "  silencing: true\n  rows:", StringComparison.Ordinal);

        Assert.Equal(0, Study(engine, silencing));
        Assert.Empty(engine.Measured);
        Assert.Equal(0, Study(engine, silencing, "--remeasure"));

        Assert.Empty(engine.Executed);
        Assert.Equal(TinyRuns - 1, engine.Measured.Count);
        var again = new StudyFolder(Folder).Read().Runs;
        Assert.Equal(runs.Select(r => r.Id), again.Select(r => r.Id));
        Assert.All(again, r => Assert.Equal(r.Id == gone.Id, r.Loads[^1].Silencing is null));
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
        Assert.Contains("has no such row; it has screen, curve, small", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_says_what_is_done_and_writes_nothing()
    {
        Assert.Equal(0, Study(new SyntheticEngine(), Tiny, "--list"));

        Assert.False(Directory.Exists(Out));
        Assert.Contains($"{TinyRuns} runs, {TinyRuns} of them missing", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("(screen curve)", _output.ToString(), StringComparison.Ordinal);
        Study(new SyntheticEngine(), Tiny, "--rows", "small");
        Study(new SyntheticEngine(), Tiny, "--list");
        Assert.Contains($"{TinyRuns} runs, {TinyRuns - 4} of them missing", _output.ToString(), StringComparison.Ordinal);
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

        Assert.Contains($"{TinyRuns / 2} of {TinyRuns} runs failed", _error.ToString(), StringComparison.Ordinal);
        var data = new StudyFolder(Folder).Read();
        Assert.Equal(TinyRuns / 2, data.Runs.Count);
        Assert.Equal(TinyRuns / 2, data.Failures.Count);
        Assert.Contains(data.Failures, f => f.EndsWith("disk is full", StringComparison.Ordinal));
        // Without its twin no other run of the seed is worth its time.
        Assert.Equal(1, engine.Executed.Count(c => c.Seed == 2));
        Assert.Equal(0, Study(new SyntheticEngine(), Tiny));
        Assert.Empty(new StudyFolder(Folder).Read().Failures);
    }

    [Fact]
    public void What_is_finished_can_be_reported_without_training()
    {
        Study(new SyntheticEngine(), Tiny, "--rows", "small");
        var engine = new SyntheticEngine();

        Assert.Equal(0, Study(engine, Tiny, "--no-train"));

        Assert.Empty(engine.Executed);
        Assert.Contains($"4 of {TinyRuns} runs", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, Nb(engine, "study", "report", Folder));
    }

    [Fact]
    public void One_process_at_a_time_works_on_a_study()
    {
        using var held = new StudyFolder(Folder).Take();

        Assert.Equal(1, Study(new SyntheticEngine(), Tiny));

        Assert.Contains("is in use by", _error.ToString(), StringComparison.Ordinal);
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

        Assert.All(_error.ToString().Trim().Split('\n'), line =>
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
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "report", _root.Path));

        Assert.Contains("is no study", _error.ToString(), StringComparison.Ordinal);
    }

    private const string Focus = """

            confirm:
              seeds: 101-103
              pruning.method: [dense, pdwp, gmp]
              pruning.sparsity: 80%
              tokens.merge: [none, single-pass]
          focus:
            method: pdwp
            sparsity: 80%
            merge: {tokens.merge: single-pass}
            plain: gmp
            tests: [T0, T1]
            seeds: 101-103
        """;

    [Fact]
    public void A_plan_is_written_before_its_runs_and_makes_them_confirmatory()
    {
        Assert.Equal(0, Nb(new SyntheticEngine(), "study", "plan", Config(Tiny + Focus), "--out", Out));
        byte[] plan = File.ReadAllBytes(Path.Combine(Folder, StudyFolder.PlanFile));
        Assert.Equal(0, Study(new SyntheticEngine(), Tiny + Focus));

        var data = new StudyFolder(Folder).Read();
        Assert.Null(data.PlanBroken);
        Assert.Equal(3 * 6, data.Runs.Count(data.IsConfirmatory));
        Assert.All(data.Runs, r => Assert.Equal(r.Seed > 100, data.IsConfirmatory(r)));
        // The same again is no new plan, and another one is refused.
        Assert.Equal(0, Nb(new SyntheticEngine(), "study", "plan", Config(Tiny + Focus), "--out", Out));
        string other = (Tiny + Focus).Replace("[T0, T1]", "[T0]", StringComparison.Ordinal);
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "plan", Config(other), "--out", Out));
        Assert.Contains("endpoints", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(plan, File.ReadAllBytes(Path.Combine(Folder, StudyFolder.PlanFile)));

        Assert.Equal(0, Study(new SyntheticEngine(), other));
        data = new StudyFolder(Folder).Read();
        Assert.Contains("endpoints", data.PlanBroken, StringComparison.Ordinal);
        Assert.DoesNotContain(data.Runs, data.IsConfirmatory);
    }

    [Fact]
    public void Without_a_plan_everything_is_exploratory_and_none_is_written_afterwards()
    {
        Study(new SyntheticEngine(), Tiny + Focus);

        Assert.DoesNotContain(new StudyFolder(Folder).Read().Runs, new StudyFolder(Folder).Read().IsConfirmatory);
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "plan", Config(Tiny + Focus), "--out", Out));
        Assert.Contains("is finished already", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "plan", Config(Tiny), "--out", Out));
        Assert.Contains("nothing to confirm", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_were_put_aside_count_as_finished()
    {
        Study(new SyntheticEngine(), Tiny + Focus);
        // Without the rows that confirm, their lines are put aside.
        Study(new SyntheticEngine(), Tiny);
        Assert.NotEmpty(new StudyFolder(Folder).Read().Others);
        _output.GetStringBuilder().Clear();

        Assert.Equal(0, Study(new SyntheticEngine(), Tiny + Focus, "--list"));
        Assert.Contains(" 0 of them missing", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "plan", Config(Tiny + Focus), "--out", Out));
        Assert.Contains("is finished already", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_machines_runs_become_one_study()
    {
        string elsewhere = Path.Combine(_root.Path, "elsewhere");
        Assert.Equal(0, Nb(new SyntheticEngine(), "study", Config(Tiny), "--out", elsewhere, "--rows", "curve"));
        Study(new SyntheticEngine(), Tiny, "--rows", "screen,small");
        int before = new StudyFolder(Folder).Read().Runs.Count;

        Assert.Equal(
            0, Nb(new SyntheticEngine(), "study", "take", Config(Tiny), Path.Combine(elsewhere, "tiny"), "--out", Out));

        Assert.Contains($"{TinyRuns - before} runs taken over", _output.ToString(), StringComparison.Ordinal);
        var engine = new SyntheticEngine();
        Assert.Equal(0, Study(engine, Tiny));
        Assert.Empty(engine.Executed);
        var data = new StudyFolder(Folder).Read();
        Assert.Equal(TinyRuns, data.Runs.Count);
        Assert.All(data.Runs, r => Assert.True(r.Picture is null || new StudyFolder(Folder).Picture(r.Picture) is not null));

        string other = Tiny.Replace("name: tiny", "name: other", StringComparison.Ordinal);
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "take", Config(other), Folder, "--out", Out));
        Assert.Contains("is of the study 'tiny', not of 'other'", _error.ToString(), StringComparison.Ordinal);
    }

    private string Config(string yaml)
    {
        string path = Path.Combine(_root.Path, "study.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }

    private int Study(IRunEngine engine, string yaml, params string[] args) =>
        Nb(engine, ["study", Config(yaml), "--out", Out, .. args]);

    private int Nb(IRunEngine engine, params string[] args) =>
        NbProgram.Run(args, Shell.Of(_output, _error, engine));
}
