using System.Text.Json;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Cli;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using Xunit;

namespace NeuralBurden.Tests.Scale;

public sealed class SweepTests : IDisposable
{
    private const string Sweep = """
        name: exp
        train.epochs: 3
        sweep:
          variants:
            dense: {pruning.method: dense}
            pdwp: {pruning.method: pdwp}
          grid: {seed: [1, 2]}

        """;

    private const string Profile = """
        slurm:
          partition: gpu,spare
          time: 1-00:30
          gres: gpu:a100:1
          cpus: 4
          memory: 16G
          array_limit: 2
          grace: 300
          modules: [dotnet/10.0, cuda]

        """;

    private readonly TemporaryFolder _root = new();
    private readonly SyntheticEngine _engine = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public SweepTests() => File.WriteAllText(Config, Sweep + Profile);

    private string Config => _root.File("exp.yaml");

    private string Out => _root.File("runs");

    private string Folder => Path.Combine(Out, "exp-sweep");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Local_sweep_trains_what_is_missing_several_at_once_and_gathers_it()
    {
        Assert.Equal(0, Nb("run", Config, "--out", Out, "--seed", "1"));
        _engine.Executed.Clear();
        _engine.Options.Clear();

        Assert.Equal(0, Nb("sweep", Config, "--out", Out, "--jobs", "2", "--threads", "1"));

        Assert.Equal([2, 2], _engine.Executed.Select(c => c.Seed));
        Assert.All(_engine.Options, o => Assert.Equal((1, "cpu", true), (o.Threads, o.Device, o.HoldsLock)));
        Assert.Contains("4 runs, 2 of them finished; 2 at once", Text);
        Assert.Contains("[4/4] exp-", Text);
        Assert.Contains("<h1>exp</h1>", File.ReadAllText(Path.Combine(Out, "exp-report.html")));
    }

    [Fact]
    public void Run_that_another_process_has_is_left_to_it()
    {
        Nb("sweep", Config, "--out", Out, "--dry-run");
        string id = Text.Split('\n')[0].Trim();
        Directory.CreateDirectory(Path.Combine(Out, id));
        using (RunLock.Acquire(Path.Combine(Out, id)))
            Assert.Equal(0, Nb("sweep", Config, "--out", Out, "--jobs", "3"));

        Assert.Equal(3, _engine.Executed.Count);
        Assert.DoesNotContain(id, _engine.Executed.Select(ConfigText.RunId));
        Assert.Contains("another process has it", Text);
        Assert.Contains("1 of 4 runs are not finished and left out", Text);
    }

    [Fact]
    public void Failure_of_one_run_leaves_the_others_and_is_told_until_the_sweep_is_started_again()
    {
        _engine.Instead[2] = () => throw new InvalidDataException("no luck");

        Assert.Equal(1, Nb("sweep", Config, "--out", Out));
        Assert.Contains("2 of 4 runs failed; the first: exp-dense-", _error.ToString());
        Assert.Equal(0, Nb("sweep", "status", Config, "--out", Out));
        Assert.Contains("exp: 4 runs, 2 finished, 2 failed", Text);
        Assert.Contains("no luck", Text);

        _engine.Instead.Clear();
        Assert.Equal(0, Nb("sweep", Config, "--out", Out));
        Assert.Equal("finished", Assert.Single(States().Distinct()));
    }

    [Fact]
    public void Stopped_sweep_ends_with_130_and_goes_on()
    {
        _engine.Instead[1] = () => throw new OperationCanceledException();

        Assert.Equal(130, Nb("sweep", Config, "--out", Out, "--jobs", "1"));
        _engine.Instead.Clear();
        _engine.Executed.Clear();
        Assert.Equal(0, Nb("sweep", Config, "--out", Out, "--jobs", "1"));

        Assert.Equal(4, _engine.Executed.Count);
    }

    [Fact]
    public void Task_takes_the_next_run_that_is_neither_finished_nor_taken_nor_failed()
    {
        _engine.Instead[2] = () => throw new InvalidDataException("no luck");
        Nb("sweep", Config, "--out", Out, "--jobs", "1");
        string[] ids = File.ReadAllLines(Path.Combine(Folder, "runs.txt"));
        foreach (string id in ids.Where(id => File.Exists(Path.Combine(Out, id, RunFolder.ResultFile))))
            File.Delete(Path.Combine(Out, id, RunFolder.ResultFile));
        _engine.Executed.Clear();

        using (RunLock.Acquire(Path.Combine(Out, ids[0])))
        {
            Assert.Equal(0, Nb("sweep", "work", Folder));
            Assert.Equal(0, Nb("sweep", "work", Folder));
        }

        Assert.Equal(ids[2], ConfigText.RunId(Assert.Single(_engine.Executed)));
        Assert.Contains("other tasks have the 1 runs that are left", Text);
        Assert.Equal(0, Nb("sweep", "work", Folder));
        Assert.Equal(0, Nb("sweep", "work", Folder));
        Assert.Contains("nothing is left to train", Text);
        Assert.Equal(["finished", "failed", "finished", "failed"], States());
    }

    [Fact]
    public void Job_script_asks_for_what_the_profile_says()
    {
        Assert.Equal(0, Nb("sweep", Config, "--engine", "slurm", "--dry-run", "--out", Out, "--data-dir", "a b'c"));

        string[] directives = [.. Text.Split('\n').Where(l => l.StartsWith("#SBATCH", StringComparison.Ordinal))];
        Assert.Equal(
            [
                "#SBATCH --job-name=nb-exp",
                "#SBATCH --partition=gpu,spare",
                "#SBATCH --time=1-00:30",
                "#SBATCH --gres=gpu:a100:1",
                "#SBATCH --cpus-per-task=4",
                "#SBATCH --mem=16G",
                "#SBATCH --array=1-4%2",
                "#SBATCH --requeue",
                "#SBATCH --open-mode=append",
                "#SBATCH --signal=B:USR1@300",
                $"#SBATCH --output=\"{Folder}/logs/%A_%a.log\"",
            ],
            directives);
        Assert.Contains("module load dotnet/10.0 || exit 1\nmodule load cuda || exit 1\n", Text);
        Assert.Contains($"'sweep' 'work' '{Folder}' '--threads' '4' '--sparse' 'auto' '--data-dir' '", Text);
        Assert.Contains(@"/a b'\''c' &", Text);
        Assert.False(Directory.Exists(Out));
    }

    [Theory]
    [InlineData(
        "  time: 10:00:00\n  partitoin: gpu", "exp.yaml:9: unknown key 'slurm.partitoin' (did you mean 'slurm.partition'?)")]
    [InlineData("  time: tomorrow", "exp.yaml:8: slurm.time: 'tomorrow' is not legal; allowed: minutes, M:SS")]
    [InlineData("  time: 10\n  partition: a b", "exp.yaml:9: slurm.partition: 'a b' is not legal; allowed: a name")]
    [InlineData("  time: 10\n  account: '$(reboot)'", "exp.yaml:9: slurm.account: '$(reboot)' is not legal")]
    [InlineData("  time: 10\n  gres: \"gpu:1\\n\"", "slurm.gres: 'gpu:1\\u{a}' is not legal")]
    [InlineData("  time: 10\n  modules: [a, 'b; c']", "exp.yaml:9: slurm.modules: 'b; c' is not legal")]
    [InlineData("  time: 10\n  modules: a", "exp.yaml:9: 'slurm.modules' takes a list of names")]
    [InlineData(
        "  time: 10\n  grace: 400",
        "exp.yaml:9: slurm.grace: 400 s leave too little of a time limit of 600 s; allowed: 10 to 300")]
    [InlineData("  time: 10\n  time: 20", "exp.yaml:9: duplicate key 'slurm.time' (first on line 8)")]
    [InlineData("  partition: gpu", "exp.yaml:7: 'slurm' needs a time limit, such as time: 4:00:00")]
    [InlineData("  time: [1, 2]", "exp.yaml:8: slurm.time: takes a plain value")]
    public void Profile_that_breaks_a_rule_is_refused_with_its_line(string lines, string message)
    {
        File.WriteAllText(Config, $"name: exp\ntrain:\n  epochs: 1\nsweep:\n  grid: {{seed: [1, 2]}}\n\nslurm:\n{lines}\n");

        Assert.Equal(1, Nb("sweep", Config, "--engine", "slurm", "--dry-run", "--out", Out));

        Assert.Contains(message, _error.ToString());
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public void Profile_is_no_part_of_a_run_and_not_asked_for_by_other_commands()
    {
        Nb("sweep", Config, "--out", Out, "--dry-run");
        string with = Text;
        _output.GetStringBuilder().Clear();
        File.WriteAllText(Config, Sweep);
        Nb("sweep", Config, "--out", Out, "--dry-run");

        Assert.Equal(with, Text);
        Assert.Equal(1, Nb("sweep", Config, "--engine", "slurm", "--dry-run"));
        Assert.Contains("'slurm' needs a block 'slurm:'", _error.ToString());
        Assert.Equal(1, Nb("sweep", "cancel", Config, "--out", Out));
        Assert.Contains("is no folder of a sweep", _error.ToString());
        Assert.Equal(2, Nb("sweep", Config, "--engine", "k8s"));
        Assert.Equal(2, Nb("sweep", Config, "--jobs", "0"));
    }

    private string Text => _output.ToString().ReplaceLineEndings("\n");

    private int Nb(params string[] args) => NbProgram.Run(args, Shell.Of(_output, _error, _engine));

    private List<string> States()
    {
        _output.GetStringBuilder().Clear();
        Assert.Equal(0, Nb("sweep", "status", Folder, "--json"));
        using var json = JsonDocument.Parse(Text);
        return [.. json.RootElement.GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("state").GetString()!)];
    }
}
