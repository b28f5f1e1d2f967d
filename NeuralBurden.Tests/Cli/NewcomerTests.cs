using System.Text.Json;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Runs;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Runs;
using Xunit;

namespace NeuralBurden.Tests.Cli;

/// <summary>What somebody meets who uses the program for the first time.</summary>
public sealed class NewcomerTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly SyntheticEngine _engine = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public NewcomerTests() => File.WriteAllText(ConfigPath, """
        name: exp
        train.epochs: 3
        sweep:
          variants:
            dense: {pruning.method: dense}
            pdwp: {pruning.method: pdwp, pruning.sparsity: 90%}
          grid: {seed: [1, 2]}
        """);

    private string ConfigPath => Path.Combine(_root.Path, "exp.yaml");

    private string Out => Path.Combine(_root.Path, "runs");

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("rnu", "unknown command 'rnu' (did you mean 'run'?)")]
    [InlineData("data fecth", "unknown command 'fecth' (did you mean 'fetch'?)")]
    [InlineData("quantise", "unknown command 'quantise'")]
    public void A_mistyped_command_is_told_which_one_it_resembles(string line, string message)
    {
        Assert.Equal(2, Nb(line.Split(' ')));
        Assert.StartsWith($"nb: {message}\n", _error.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("first")]
    [InlineData("frist.yaml")]
    [InlineData("configs/fisrt.yaml")]
    public void A_config_that_is_not_there_is_told_with_the_preset_that_it_resembles(string path)
    {
        Assert.Equal(1, Nb("train", path));

        Assert.Contains("there is no such file (did you mean 'configs/first.yaml'?)", _error.ToString());
        Assert.Contains("the program carries configs/", _error.ToString());
    }

    [Fact]
    public void Report_takes_the_folder_of_all_runs()
    {
        Nb("run", ConfigPath, "--out", Out);
        string report = Path.Combine(_root.Path, "all");

        Assert.Equal(0, Nb("report", Out, "--out", report));

        Assert.Contains("4 runs of 2 variants", File.ReadAllText(Path.Combine(report, "report.html")));
    }

    [Theory]
    [InlineData("method=pdwp", 2)]
    [InlineData("pruning.method=dense", 2)]
    [InlineData("sparsity=90%", 2)]
    [InlineData("seed=1", 2)]
    [InlineData("seed=1 method=pdwp", 1)]
    [InlineData("params=139000", 4)]
    [InlineData("epochs=3", 4)]
    public void Report_lists_the_runs_that_are_asked_for(string where, int count)
    {
        Nb("run", ConfigPath, "--out", Out);
        _output.GetStringBuilder().Clear();
        string[] filters = [.. where.Split(' ').SelectMany(w => (string[])["--where", w])];

        Assert.Equal(0, Nb(["report", Out, "--list", "--json", .. filters]));

        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Equal(count, json.RootElement.GetProperty("runs").GetArrayLength());
        Assert.False(File.Exists("report.html"));
    }

    [Theory]
    [InlineData("methd=pdwp", "unknown key 'methd' (did you mean 'method'?)")]
    [InlineData("method", "write KEY=VALUE, as in method=pdwp")]
    [InlineData("seed=x", "seed: 'x' is not a whole number")]
    public void A_filter_that_means_nothing_is_refused(string where, string message)
    {
        Assert.Equal(2, Nb("report", Out, "--where", where));
        Assert.Contains($"--where {where}: {message}", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_of_a_run_is_no_second_seed()
    {
        Nb("run", ConfigPath, "--out", Out, "--seed", "1");
        string original = Directory.GetDirectories(Out).First(d => d.Contains("pdwp", StringComparison.Ordinal));
        string copy = Path.Combine(_root.Path, "copy");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(original)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));

        Assert.Equal(0, Nb("report", original, copy, original, "--out", _root.Path));

        Assert.Contains($"{copy} is the run of {original} again; left out", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 run of 1 variant", File.ReadAllText(Path.Combine(_root.Path, "report.html")));
    }

    [Theory]
    [InlineData("\"test_accuracy\": ", "\"test_accuracy\": \"NaN\", \"was\": ", "test_accuracy: NaN is out of range")]
    [InlineData("\"sparsity\": 0.9,", "\"sparsity\": \"-Infinity\",", "sparsity: -Infinity is out of range")]
    [InlineData("\"stored_bytes\": ", "\"stored_bytes\": -", "stored_bytes: -560000 is out of range")]
    [InlineData("\"tokens_per_layer\": [", "\"kernels\": [null], \"tokens_per_layer\": [", "kernels: an element is null")]
    [InlineData("\"kept\": ", "\"kept\": 9", "matrices.kept: 9")]
    [InlineData("\"seed\": ", "\"\\ud800\": 1, \"seed\": ", "a name at byte ")]
    [InlineData("{", "[", "")]
    public void A_damaged_run_is_left_out_and_named_and_the_others_are_reported(string was, string now, string reason)
    {
        Nb("run", ConfigPath, "--out", Out);
        string damaged = Directory.GetDirectories(Out).First(d => d.Contains("pdwp", StringComparison.Ordinal));
        string result = Path.Combine(damaged, RunFolder.ResultFile), text = File.ReadAllText(result);
        Assert.Contains(was, text, StringComparison.Ordinal);
        File.WriteAllText(result, text.Replace(was, now, StringComparison.Ordinal));

        Assert.Equal(0, Nb("report", Out, "--out", _root.Path));

        Assert.Contains($"{damaged} is damaged ({result}: {reason}", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("3 runs of 2 variants", File.ReadAllText(Path.Combine(_root.Path, "report.html")));
    }

    [Theory]
    [InlineData("run", 4)]
    [InlineData("sweep", 4)]
    [InlineData("train", 1)]
    public void Json_is_all_that_standard_output_gets(string command, int runs)
    {
        Assert.Equal(0, Nb(command, ConfigPath, "--out", Out, "--json"));

        using var json = JsonDocument.Parse(_output.ToString());
        Assert.True(File.Exists(json.RootElement.GetProperty("report").GetString()));
        var told = json.RootElement.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(runs, told.Count);
        Assert.All(told, run => Assert.True(File.Exists(Path.Combine(run.GetProperty("folder").GetString()!, "result.json"))));
        Assert.All(told, run => Assert.Equal(3, run.GetProperty("epochs").GetInt32()));
        Assert.Contains("report: ", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(200)]
    public void The_table_of_results_fits_its_terminal(int width)
    {
        Nb("run", ConfigPath, "--out", Out);
        _output.GetStringBuilder().Clear();
        var shell = Shell.Of(_output, _error, _engine);
        shell.Console.Profile.Width = width;

        Assert.Equal(0, NbProgram.Run(["report", Out, "--out", _root.Path], shell));

        string[] lines = [.. _output.ToString().Split('\n').TakeWhile(l => !l.StartsWith("images/s", StringComparison.Ordinal))
            .Select(l => l.TrimEnd())];
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        var rows = lines.Where(l => l.StartsWith("  ", StringComparison.Ordinal));
        string[] begins = [.. rows.Select(l => l.Trim().Split("  ")[0])];
        string[] part = ["Variant", "dense", "pdwp *"];
        // A head and two rows, once or twice: no cell is broken.
        Assert.Equal(width < 150 ? [.. part, .. part] : part, begins);
        Assert.Contains("more than time there: pdwp all", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("simulated", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_note_counts_products_and_speeds_carry_their_spread()
    {
        var run = SyntheticRuns.First(1)[1];
        var kernels = run.Result.Matrices.Select((m, i) =>
            new LayerKernels(m.Name, i == 3 ? "dense" : "sparse", i == 5 ? "dense" : "sparse", "dense")).ToList();
        double[] speeds = [10, 1000, 1100, 1200];
        var epochs = speeds.Select((speed, i) => run.Epochs[0] with
        {
            Epoch = i + 1,
            TrainImagesPerSecond = speed,
            EvalImagesPerSecond = speed * 10,
        }).ToList();

        var group = Assert.Single(RunGroup.Of(
            [run with { Result = run.Result with { Kernels = kernels }, Epochs = epochs }]));

        Assert.Equal("2 of 32", group.DenseProducts);
        // The first epoch warms up: mean 1100, deviation 100.
        Assert.Equal("1100 \u00b1 9 %", ReportText.CompactSpread(group.TrainingSpeed));
        Assert.Equal("11.0 k \u00b1 9 %", ReportText.CompactSpread(group.TestSpeed));
    }

    private int Nb(params string[] arguments)
    {
        var shell = Shell.Of(_output, _error, _engine);
        return NbProgram.Run(arguments, shell);
    }
}
