using Xunit;

namespace NeuralBurden.Tests.Cli;

/// <summary>What is wrong with a study is told by file, line and key before anything is trained.</summary>
public sealed class StudyInputTests : StudyHarness
{
    private const string Small = """
        data: {name: glyphs, train_count: 96, test_count: 40}
        study:
          settings: {gmp: {pruning.start: 25%}}
          rows: {screen: {pruning.method: [dense, gmp], pruning.sparsity: 80%}}
        """;

    [Theory]
    [InlineData("study: {seeds: [1]}", "study.rows: is empty")]
    [InlineData("study: 3", "study.yaml:1: 'study' takes a mapping")]
    [InlineData("study: {row: {}}", "unknown key 'study.row' (did you mean 'study.rows'?)")]
    [InlineData("study:\n  rows: {a: {pruning.methods: [pdwp]}}", "study.yaml:2: unknown key 'pruning.methods'")]
    [InlineData("study:\n  rows:\n    a: {pruning.method: [pdwp, pdwp]}", "study.yaml:3: pruning.method: pdwp is there twice")]
    [InlineData("study:\n  rows:\n    a: {optim.lr: [0.1, 1e-1]}", "study.yaml:3: optim.lr: 1e-1 is there twice")]
    [InlineData("study:\n  rows:\n    a: {pruning.sparsity: [0.5, 1.5]}", "study.yaml:3: pruning.sparsity: 1.5 is out of range")]
    [InlineData("study:\n  rows:\n    a: {tokens.merge: tom}", "did you mean 'tome'?")]
    [InlineData("study:\n  rows:\n    a: {seed: [1, 2]}", "it takes 'seeds'")]
    [InlineData("study:\n  rows:\n    a: {name: x}", "'name' is not for a row")]
    [InlineData("study:\n  rows:\n    a b: {}", "is no name of a row")]
    [InlineData("study:\n  rows:\n    a: {pruning.method: pdwq}", "'pdwp'")]
    [InlineData("study:\n  rows:\n    a: {pruning.method: pdwp}\n    a: {}", "study.yaml:4: duplicate key 'study.rows.a'")]
    [InlineData("study:\n  seeds: []\n  rows: {a: {}}", "study.yaml:2: 'study.seeds' is empty")]
    [InlineData("study:\n  seeds: [1, 1]\n  rows: {a: {}}", "study.yaml:2: study.seeds: 1 is there twice")]
    [InlineData("study:\n  seeds: 3-1\n  rows: {a: {}}", "'3-1' is no seed")]
    [InlineData("study:\n  seeds: [x]\n  rows: {a: {}}", "'x' is no seed")]
    [InlineData("study:\n  seeds: -1\n  rows: {a: {}}", "'-1' is no seed")]
    [InlineData("study:\n  seeds: 1-100000\n  rows: {a: {}}", "study.yaml:2: study.seeds: 1-100000 makes 100,000 seeds")]
    [InlineData("study:\n  seeds: 0-2147483647\n  rows: {a: {}}", "makes 2,147,483,648 seeds")]
    [InlineData(
        "study:\n  seeds: 1-9999\n  rows:\n    a: {optim.lr: [1, 2, 3]}", "study.yaml:4: study.rows.a: brings the study to")]
    [InlineData("study:\n  silencing: maybe\n  rows: {a: {}}", "study.yaml:2: 'study.silencing' takes true or false")]
    [InlineData("study:\n  rows:\n    a: {small: 0}", "above 0, below 1")]
    [InlineData("study:\n  rows:\n    a: {small: 90%, pruning.method: gmp}", "small: is for dense networks")]
    [InlineData("study:\n  rows: {a: {}}\n  settings: {pdwq: {optim.lr: 1}}", "study.yaml:3: study.settings.pdwq: no row has")]
    [InlineData("study:\n  rows: {a: {}}\n  settings: {pdwp: {seed: 3}}", "'seed' is not for one method")]
    [InlineData("study:\n  rows: {a: {}}\n  settings: {pdwp: {pruning.start: x}}", "pruning.start")]
    [InlineData("study:\n  rows:\n    a: {tokens.merge: single-pass, tokens.r: 90%}", "study.yaml:3: study.rows.a.tokens.r: 90%")]
    [InlineData("study:\n  rows:\n    a: {pruning.method: gmp, pruning.parameters.gamma: 0}", "gamma")]
    [InlineData("study:\n  rows: {a: {}}\n  focus: {methods: pdwp}", "did you mean 'study.focus.method'?")]
    [InlineData("study:\n  rows: {a: {}}\n  focus: {method: pdwp}", "study.yaml:3: 'study.focus' has no 'sparsity'")]
    [InlineData(
        "study:\n  rows: {a: {}}\n  focus: {method: pdwp, sparsity: 98%, plain: gmp, merge: {tokens.merge: none}, "
        + "tests: [T0], seeds: 1-3}",
        "tokens.merge is none")]
    [InlineData(
        "study:\n  rows: {a: {}}\n  focus: {method: pdwp, sparsity: 98%, plain: gmp, merge: {tokens.merge: tome}, "
        + "tests: [T9], seeds: 1-3}",
        "study.focus.tests: 'T9'; allowed: each once of T0, T1, T2")]
    [InlineData(
        "study:\n  rows: {a: {}}\n  focus: {method: pdwp, sparsity: 98%, plain: gmp, merge: {tokens.merge: tome}, "
        + "tests: [T0], seeds: 7-9}",
        "study.yaml:3: study.focus: no row has dense")]
    [InlineData("study: {rows: {a: {}}}\nsweep: {grid: {seed: [1]}}", "study.yaml:2: a study makes its own grid")]
    [InlineData("name: x", "is no study")]
    [InlineData("model.heads: 5\nstudy: {rows: {a: {}}}", "model.heads")]
    [InlineData("data.name: mnist\nstudy: {rows: {a: {}}}", "Data set 'mnist' was not found")]
    public void Bad_input_is_told_before_anything_runs(string yaml, string told)
    {
        var engine = new SyntheticEngine();

        int code = Study(engine, yaml, "--data-dir", Root);

        Assert.NotEqual(0, code);
        Assert.Contains(told, Error, StringComparison.Ordinal);
        Assert.Empty(engine.Executed);
    }

    [Fact]
    public void What_rows_or_methods_decide_is_not_overridden_in_silence()
    {
        var engine = new SyntheticEngine();

        Assert.Equal(2, Study(engine, Small, "--set", "pruning.method=rigl"));
        Assert.Equal(2, Study(engine, Small, "--set", "pruning.start=10%"));

        Assert.Contains("gets its values from study.rows.screen", Error, StringComparison.Ordinal);
        Assert.Contains("gets its values from study.settings.gmp", Error, StringComparison.Ordinal);
        Assert.Empty(engine.Executed);
    }

    [Theory]
    [InlineData("--jobs", "0")]
    [InlineData("--jobs", "many")]
    [InlineData("--job", "2")]
    public void A_wrong_option_is_a_usage_error(string option, string value) =>
        Assert.Equal(2, Study(new SyntheticEngine(), Small, option, value));

    [Fact]
    public void Run_refuses_a_study_and_names_the_command()
    {
        Assert.Equal(1, Nb(new SyntheticEngine(), "run", Config(Small)));

        Assert.Contains("'nb study' runs it", Error, StringComparison.Ordinal);
    }
}
