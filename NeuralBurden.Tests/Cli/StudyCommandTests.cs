using NeuralBurden.Cli;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Study;
using Xunit;

namespace NeuralBurden.Tests.Cli;

public sealed class StudyCommandTests : IDisposable
{
    private const string Tiny = """
        name: tiny
        data: {name: glyphs, train_count: 96, test_count: 40}
        model: {dim: 8, depth: 2, heads: 2, mlp_ratio: 2, patch: 7}
        optim: {warmup: 0ep}
        train: {epochs: 2, batch_size: 32}
        burden: {probe_images: 16}
        study:
          methods: [pdwp, gmp]
          sparsities: [0.5, 0.9]
          seeds: [1, 2]
        """;

    private readonly TemporaryFolder _root = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private string Folder => Path.Combine(_root.Path, "out", "tiny");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_study_runs_resumes_and_is_reported_again_from_its_data()
    {
        string uninterrupted = Path.Combine(_root.Path, "whole");
        Assert.Equal(0, Nb(NbProgram.Engine, "study", Config(Tiny), "--out", uninterrupted, "--jobs", "2"));
        var stopping = new StoppingEngine(afterRuns: 3);

        Assert.Equal(130, Nb(stopping, "study", Config(Tiny), "--out", Path.Combine(_root.Path, "out"), "--jobs", "2"));
        Assert.False(File.Exists(Path.Combine(Folder, StudyFolder.DataFile)));
        Assert.Equal(0, Nb(NbProgram.Engine, "study", Config(Tiny), "--out", Path.Combine(_root.Path, "out")));

        Assert.Contains("10 runs, 3 of them finished", _output.ToString(), StringComparison.Ordinal);
        var whole = new StudyFolder(Path.Combine(uninterrupted, "tiny")).Read();
        var resumed = new StudyFolder(Folder).Read();
        Assert.Equal(10, resumed.Runs.Count);
        Assert.Equal(
            whole.Runs.Select(r => (r.Id, r.Accuracy, r.TestLoss, r.ActualSparsity)),
            resumed.Runs.Select(r => (r.Id, r.Accuracy, r.TestLoss, r.ActualSparsity)));
        string report = Path.Combine(Folder, "report.html");
        byte[] bytes = File.ReadAllBytes(report);
        File.Delete(report);
        Directory.Delete(Path.Combine(Folder, "runs"), recursive: true);
        Assert.Equal(0, Nb(NbProgram.Engine, "study", "report", Folder));
        Assert.Equal(bytes, File.ReadAllBytes(report));
    }

    [Fact]
    public void Finished_runs_are_not_trained_again()
    {
        string outside = Path.Combine(_root.Path, "out");
        Nb(new SyntheticEngine(), "study", Config(Tiny), "--out", outside);
        var engine = new SyntheticEngine();

        Assert.Equal(0, Nb(engine, "study", Config(Tiny), "--out", outside));

        Assert.Empty(engine.Executed);
    }

    [Fact]
    public void Every_run_gets_one_thread()
    {
        var engine = new SyntheticEngine();

        Nb(engine, "study", Config(Tiny), "--out", Path.Combine(_root.Path, "out"), "--jobs", "1");

        Assert.Equal(10, engine.Options.Count);
        Assert.All(engine.Options, o => Assert.Equal(1, o.Threads));
    }

    [Fact]
    public void A_run_that_fails_leaves_the_others_and_is_named()
    {
        var engine = new SyntheticEngine { Instead = { [2] = () => throw new IOException("disk is full") } };

        int code = Nb(engine, "study", Config(Tiny), "--out", Path.Combine(_root.Path, "out"), "--jobs", "1");

        Assert.Equal(1, code);
        Assert.Contains("5 of 10 runs failed", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("disk is full", File.ReadAllText(Path.Combine(Folder, "report.html")), StringComparison.Ordinal);
        Assert.Equal(5, new StudyFolder(Folder).Read().Runs.Count);
    }

    [Fact]
    public void What_is_finished_can_be_reported_without_training()
    {
        var engine = new SyntheticEngine { Instead = { [2] = () => throw new IOException("disk is full") } };
        Nb(engine, "study", Config(Tiny), "--out", Path.Combine(_root.Path, "out"), "--jobs", "1");
        engine.Executed.Clear();

        Assert.Equal(0, Nb(engine, "study", Config(Tiny), "--out", Path.Combine(_root.Path, "out"), "--no-train"));

        Assert.Empty(engine.Executed);
        Assert.Contains("5 of 10 runs are missing", File.ReadAllText(Path.Combine(Folder, "report.html")));
    }

    [Fact]
    public void A_plan_lists_runs_and_writes_nothing()
    {
        Assert.Equal(0, Nb(new SyntheticEngine(), "study", Config(Tiny), "--out", Path.Combine(_root.Path, "out"), "--plan"));

        Assert.Contains("tiny-gmp-s0.9 seed 2", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("10 runs", _output.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_root.Path, "out")));
    }

    [Theory]
    [InlineData("study:\n  method: [pdwp]", "study.yaml:2: unknown key 'study.method' (did you mean 'study.methods'?)")]
    [InlineData("study:\n  methods: pdwp", "study.yaml:2: 'study.methods' takes a list")]
    [InlineData("study:\n  methods: [pdwp]\n  sparsities: [0.5, 1.5]", "study.yaml:3: study.sparsities: 1.5 is out of range")]
    [InlineData("study:\n  methods: [pdwp]\n  sparsities: [0.5, 0.5]", "study.yaml:3: study.sparsities: 0.5 is there twice")]
    [InlineData(
        "study:\n  methods: [pdwp]\n  sparsities: [0.5]\n  merging: {kind: [tome]}",
        "did you mean 'study.merging.kinds'?")]
    [InlineData("study:\n  methods: [pdwp]\n  sparsities: [0.5]\n  merging: {kinds: [tom]}", "did you mean 'tome'?")]
    [InlineData("study:\n  methods: [pdwp]\n  sparsities: [0.5]\n  merging: {kinds: [tome]}", "study.merging.r: is empty")]
    [InlineData("study: {methods: [pdwp], sparsities: [0.5], settings: {pdwp: {seed: 3}}}", "'seed' is not for one method")]
    [InlineData("study: {methods: [pdwp], sparsities: [0.5], settings: {gmp: {pruning.start: 1ep}}}", "gmp is not in the study")]
    [InlineData("study: {methods: [pdwp], sparsities: [0.5], settings: {pdwp: {pruning.start: x}}}", "pruning.start")]
    [InlineData("study:\n  methods: [pdwq]\n  sparsities: [0.5]", "'pdwp'")]
    [InlineData("study:\n  sparsities: [0.5]", "study.methods: is empty")]
    [InlineData("study: 3", "'study' takes a mapping")]
    [InlineData("study:\n  methods: [dense]", "is in every study already")]
    [InlineData(
        "study: {methods: [pdwp], sparsities: [0.5]}\nsweep: {grid: {seed: [1]}}",
        "study.yaml:2: a study makes its own grid")]
    [InlineData(
        "study: {methods: [pdwp], sparsities: [0.5], merging: {kinds: [single-pass], r: [90%]}}",
        "tokens.r: 90%")]
    [InlineData("study: {methods: [gmp], sparsities: [0.5], frozen: {gamma_zero: [gmp]}}", "gamma")]
    [InlineData("name: x", "is no study")]
    [InlineData("model.heads: 5\nstudy: {methods: [pdwp], sparsities: [0.5]}", "model.heads")]
    [InlineData("data.name: mnist\nstudy: {methods: [pdwp], sparsities: [0.5]}", "data set 'mnist' is not in")]
    public void Bad_input_is_told_before_anything_runs(string yaml, string told)
    {
        var engine = new SyntheticEngine();

        int code = Nb(
            engine, "study", Config(yaml), "--out", Path.Combine(_root.Path, "out"), "--data-dir", _root.Path);

        Assert.NotEqual(0, code);
        Assert.Contains(told, _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(engine.Executed);
    }

    [Theory]
    [InlineData("--jobs", "0")]
    [InlineData("--jobs", "many")]
    [InlineData("--job", "2")]
    public void A_wrong_option_is_a_usage_error(string option, string value) =>
        Assert.Equal(2, Nb(new SyntheticEngine(), "study", Config(Tiny), option, value));

    [Fact]
    public void Run_refuses_a_study_and_names_the_command()
    {
        Assert.Equal(1, Nb(new SyntheticEngine(), "run", Config(Tiny)));

        Assert.Contains("'nb study' runs it", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_study_is_refused()
    {
        Assert.Equal(1, Nb(new SyntheticEngine(), "study", "report", _root.Path));

        Assert.Contains("is no study", _error.ToString(), StringComparison.Ordinal);
    }

    private string Config(string yaml)
    {
        string path = Path.Combine(_root.Path, "study.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }

    private int Nb(IRunEngine engine, params string[] args) =>
        NbProgram.Run(args, Shell.Of(_output, _error, engine));
}
