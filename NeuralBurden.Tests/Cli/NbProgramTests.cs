using System.Text.Json;
using System.Text.RegularExpressions;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Config;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Model.Merging;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using Xunit;

namespace NeuralBurden.Tests.Cli;

public sealed class NbProgramTests : IDisposable
{
    private const string Experiment = """
        name: exp
        train.epochs: 3
        sweep:
          variants:
            dense: {pruning.method: dense}
            pdwp: {pruning.method: pdwp}
          grid: {seed: [1, 2]}
        """;

    private readonly TemporaryFolder _root = new();
    private readonly SyntheticEngine _engine = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public NbProgramTests() => File.WriteAllText(ConfigPath, Experiment);

    private string ConfigPath => Path.Combine(_root.Path, "exp.yaml");

    private string Out => Path.Combine(_root.Path, "runs");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Run_trains_the_sweep_and_ends_with_table_and_report()
    {
        Assert.Equal(0, Nb("run", ConfigPath, "--out", Out, "--threads", "2", "--data-dir", "d"));

        Assert.Equal(4, _engine.Executed.Count);
        Assert.All(_engine.Options, o => Assert.Equal((2, "d"), (o.Threads, o.DataDirectory)));
        string printed = _output.ToString();
        Assert.Contains("1/4 exp-dense seed 1  epoch 1/3  loss ", printed, StringComparison.Ordinal);
        Assert.Contains("images/s  left ", printed, StringComparison.Ordinal);
        Assert.Matches(@"pdwp \*\s+2\s+9\d\.\d\d ± ", printed);
        Assert.DoesNotContain("\u001b", printed, StringComparison.Ordinal);
        Assert.Contains("<h1>exp</h1>", File.ReadAllText(Path.Combine(Out, "exp-report.html")));
    }

    [Fact]
    public void Run_trains_only_what_is_not_finished()
    {
        Nb("run", ConfigPath, "--out", Out, "--seed", "1");
        _engine.Executed.Clear();

        Assert.Equal(0, Nb("run", ConfigPath, "--out", Out));

        Assert.Equal([2, 2], _engine.Executed.Select(c => c.Seed));
        Assert.Contains("2 of 4 runs are finished", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_trains_one_run_with_the_command_lines_settings()
    {
        string[] options = ["--set", "model.dim=32", "--seed", "7", "--check", "--device", "reference"];
        Assert.Equal(0, Nb(["train", ConfigPath, "--out", Out, .. options]));

        var config = Assert.Single(_engine.Executed);
        Assert.Equal(("exp", "reference"), (config.Name, config.Device));
        Assert.Equal((32, 7), (config.Model.Dim, config.Seed));
        Assert.True(config.Train.Check);
        string folder = Path.Combine(Out, ConfigText.RunId(config));
        Assert.True(File.Exists(Path.Combine(folder, "result.json")));
        Assert.True(File.Exists(Path.Combine(folder, "report.html")));
    }

    [Fact]
    public void Report_leaves_out_and_names_what_is_no_finished_run()
    {
        Nb("run", ConfigPath, "--out", Out);
        string[] found = [.. Directory.GetFileSystemEntries(Out)];
        File.Delete(Directory.GetFiles(Out, "result.json", SearchOption.AllDirectories)[0]);

        Assert.Equal(0, Nb(["report", .. found, "--out", _root.Path, "--title", "again"]));

        string told = _error.ToString();
        Assert.Contains("is not finished; left out", told, StringComparison.Ordinal);
        Assert.Contains("exp-report.html is no run folder; left out", told, StringComparison.Ordinal);
        Assert.Contains("3 runs of 2 variants", File.ReadAllText(Path.Combine(_root.Path, "report.html")));
        Assert.Equal(1, Nb("report", _root.Path));
    }

    [Fact]
    public void Stopped_run_ends_with_130_and_keeps_what_is_finished()
    {
        _engine.Instead[2] = () => throw new OperationCanceledException();

        Assert.Equal(130, Nb("run", ConfigPath, "--out", Out));

        Assert.Single(Directory.GetFiles(Out, "result.json", SearchOption.AllDirectories));
        Assert.Equal("nb: stopped; the same command goes on from here\n", _error.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Foreseen_failure_is_one_line_and_an_unforeseen_one_names_its_type()
    {
        _engine.Instead[1] = () => throw new DeviceUnavailableException("device 'x' is not here");
        Assert.Equal(1, Nb("train", ConfigPath, "--out", Out, "--seed", "1"));
        _engine.Instead[2] = () => throw new DivideByZeroException("oops");
        Assert.Equal(1, Nb("train", ConfigPath, "--out", Out, "--seed", "2"));

        string[] lines = _error.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("nb: device 'x' is not here", lines[0]);
        Assert.Equal("nb: unexpected DivideByZeroException: oops (NB_DEBUG=1 shows where)", lines[1]);
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public void What_would_stop_a_later_run_is_found_before_the_first()
    {
        string[] run = ["run", ConfigPath, "--out", Out, "--data-dir", Out];
        Assert.Equal(1, Nb([.. run, "--sweep", "data.name=glyphs,mnist"]));
        Assert.Equal(1, Nb([.. run, "--sweep", "device=cpu,gpu"]));
        Assert.Equal(1, Nb("run", ConfigPath, "--out", ConfigPath));

        Assert.Empty(_engine.Executed);
        Assert.Contains("device 'gpu': there is no such device", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Data set 'mnist' was not found. Looked in", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("cannot write the run folder ", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pruning.method: gmpp", "pruning.method: 'gmpp' is not known; did you mean 'gmp'")]
    [InlineData("pruning.parameters.gamma: 7", "pruning.parameters.gamma: '7'; allowed: a number in [0, 1]")]
    [InlineData("pruning.parameters.gama: 1", "pruning.parameters.gama: method 'pdwp' has no such parameter")]
    [InlineData("{pruning.method: nm-2-4, pruning.parameters.n: 5}", "a whole number in [1, m = 4]")]
    [InlineData("{pruning.method: heads, pruning.sparsity: 80%}", "pruning.sparsity: 0.8; allowed: at most 0.75")]
    [InlineData("{pruning.method: heads, pruning.scope: mlp}", "pruning.scope: mlp; allowed: all or attention")]
    [InlineData("{pruning.start: 50%, pruning.end: 30st}", "pruning.end: ")]
    [InlineData("model.patch: 5", "model.patch: 5 does not divide the image of 28 x 28 pixels")]
    [InlineData("{tokens.merge: tome, tokens.r: 60}", "tokens.r: 60 asks the merge in block 1 to remove 60 of 50")]
    [InlineData("{tokens.merge: evit, model.pool: mean}", "tokens.merge: 'evit' needs a class token")]
    [InlineData("train.batch_size: 20000", "train.batch_size: 20000; allowed 1 to 10000")]
    [InlineData("train.limit: 20000", "train.limit: 20000; 'glyphs' has 10000 training images")]
    public void A_sweep_whose_last_run_is_wrong_trains_none(string last, string message)
    {
        string variant = last.StartsWith('{') ? last : $"{{{last}}}";
        File.WriteAllText(ConfigPath, $$"""
            name: exp
            pruning.method: pdwp
            sweep:
              variants:
                good: {pruning.sparsity: 80%}
                bad: {{variant}}
            """);

        Assert.Equal(1, Nb("run", ConfigPath, "--out", Out));

        Assert.Empty(_engine.Executed);
        Assert.False(Directory.Exists(Out));
        string told = _error.ToString();
        Assert.StartsWith($"nb: {ConfigPath}:6: ", told, StringComparison.Ordinal);
        Assert.Contains(message, told, StringComparison.Ordinal);
        Assert.Contains("(run exp-bad)", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_writes_tables_for_other_programs()
    {
        Nb("run", ConfigPath, "--out", Out);
        string[] runs = Directory.GetDirectories(Out);
        string csv = Path.Combine(Out, "t.csv"), markdown = Path.Combine(Out, "t.md");
        Assert.Equal(0, Nb(["report", .. runs, "--out", _root.Path, "--table", csv]));
        Assert.Equal(0, Nb(["report", .. runs, "--out", _root.Path, "--table", markdown]));
        Assert.Equal(2, Nb(["report", .. runs, "--out", _root.Path, "--table", "t.html"]));

        string[] rows = File.ReadAllLines(csv), lines = File.ReadAllLines(markdown);
        Assert.Equal(5, rows.Length);
        Assert.StartsWith("name,config_hash,seed,", rows[0], StringComparison.Ordinal);
        int accuracy = Array.IndexOf(rows[0].Split(','), "test_accuracy");
        Assert.All(rows[1..], row => Assert.InRange(double.Parse(row.Split(',')[accuracy]), 0.9, 1));
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("| Variant | Seeds | Test accuracy, % | Sparsity, % |", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines[2..], line => Regex.IsMatch(line, @"^\| pdwp \| 2 \| 9\d\.\d\d ± \d\.\d\d \| 90\.0 \|"));
        Assert.All(lines, line => Assert.Equal(lines[0].Count(c => c == '|'), line.Count(c => c == '|')));
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("train")]
    [InlineData("run", "--threads", "0")]
    [InlineData("run", "--threads", "two")]
    [InlineData("run", "--bogus")]
    [InlineData("report", "a", "--bogus")]
    [InlineData("run", "--set", "a.b=1")]
    [InlineData("config", "show", "--set", "a.b=1")]
    [InlineData("report")]
    public void Wrong_command_line_ends_with_2_and_a_message(params string[] args)
    {
        Assert.Equal(2, Nb(args));
        Assert.StartsWith("nb: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_engine.Executed);
    }

    [Theory]
    [InlineData("devices", "id", "cpu")]
    [InlineData("methods", "name", "pdwp")]
    [InlineData("data list", "name", "glyphs")]
    [InlineData("config show", "key", "model.dim")]
    public void Listing_is_also_json_with_the_same_entries(string command, string key, string entry)
    {
        Assert.Equal(0, Nb([.. command.Split(' '), "--json"]));
        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Contains(entry, json.RootElement.EnumerateArray().Select(e => e.GetProperty(key).GetString()));

        _output.GetStringBuilder().Clear();
        Assert.Equal(0, Nb(command.Split(' ')));
        Assert.Contains(entry.Split('.')[^1], _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_method_is_described_with_its_parameters()
    {
        Assert.Equal(0, Nb("methods", "pdwp"));
        Assert.Contains("pruning.parameters.gamma", _output.ToString(), StringComparison.Ordinal);
        Assert.All(
            MethodPage.Of(MethodCatalog.BuiltIn.Find("pdwp")),
            field => Assert.Contains($"{field.Heading}: {field.Text}", _output.ToString(), StringComparison.Ordinal));
        Assert.Equal(1, Nb("methods", "pdwpp"));
        Assert.Contains("did you mean 'pdwp'", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Config_shown_is_a_config_that_reads_back()
    {
        Nb("config", "show", ConfigPath, "--set", "pruning.parameters.gamma=0.5");
        string shown = _output.ToString();
        string path = Path.Combine(_root.Path, "shown.yaml");
        File.WriteAllText(path, shown);
        _output.GetStringBuilder().Clear();

        Nb("config", "show", path);

        Assert.Equal(shown, _output.ToString());
        Assert.Contains("    gamma: '0.5'\n", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("first.yaml", 4)]
    [InlineData("mnist-small.yaml", 4)]
    [InlineData("cifar10-small.yaml", 4)]
    [InlineData("methods-first.yaml", 9)]
    [InlineData("methods-mnist.yaml", 46)]
    [InlineData("methods-cifar10.yaml", 4)]
    [InlineData("study-tuning.yaml", 30)]
    [InlineData("study-tuning-cifar10.yaml", 15)]
    [InlineData("merging-first.yaml", 9)]
    [InlineData("merging-mnist.yaml", 18)]
    [InlineData("merging-cifar10.yaml", 18)]
    public void Preset_that_comes_with_the_program_is_legal(string name, int variants)
    {
        var runs = Preset(name);

        Assert.Equal(variants, runs.Select(r => r.Name).Distinct().Count());
    }

    [Fact]
    public void The_first_methods_are_eight_and_those_on_mnist_are_all()
    {
        Assert.Equal(8, Preset("methods-first.yaml").Select(r => r.Pruning.Method).Distinct().Count(m => m != "dense"));
        // 'fixed' keeps the mask of a model that is there already.
        Assert.Equal(
            NbProgram.Methods.Presets.Select(p => p.Name).Where(name => name != "fixed").Order(),
            Preset("methods-mnist.yaml").Select(r => r.Pruning.Method).Distinct().Order());
    }

    [Theory]
    [InlineData("merging-first.yaml")]
    [InlineData("merging-mnist.yaml")]
    [InlineData("merging-cifar10.yaml")]
    public void Mergings_that_are_compared_leave_as_many_tokens(string name)
    {
        var merged = Preset(name).Where(r => r.Tokens.Merges).ToList();
        int side = name == "merging-cifar10.yaml" ? 32 : 28;

        Assert.Single(merged.Select(r => MergingCatalog.Create(
            r.Tokens, VitShape.Of(r.Model, 1, side, side, 10), 1)!.Plan.Total).Distinct());
    }

    private static IReadOnlyList<RunConfig> Preset(string name) => ConfigExpansion.Sweep(
        ConfigFile.Load(Path.Combine(Repository.Root, "configs", name)),
        ConfigOverrides.None,
        config =>
        {
            var resolved = NbProgram.Engine.Resolve(config);
            NbProgram.Engine.Check(resolved, new RunOptions());
            return resolved;
        });

    private int Nb(params string[] args) => NbProgram.Run(args, Shell.Of(_output, _error, _engine));
}
