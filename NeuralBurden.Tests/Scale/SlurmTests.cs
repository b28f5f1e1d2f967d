using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Formats;
using NeuralBurden.Tests.Reliability;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;
using Xunit;
using Xunit.Abstractions;

namespace NeuralBurden.Tests.Scale;

/// <summary>Sweeps on a real Slurm. With NB_LONG=1, as losing a node takes Slurm half a minute to notice.</summary>
[Collection(AloneCollection.Name)]
[Trait("Category", "Engine")]
public sealed class SlurmTests(ITestOutputHelper log) : IDisposable
{
    private const int Epochs = 200;

    private readonly TemporaryFolder _root = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private string ConfigPath => _root.File("exp.yaml");

    private string Out => _root.File("runs");

    private string Folder => Path.Combine(Out, "tiny-sweep");

    public void Dispose() => _root.Dispose();

    [SkippableFact]
    public void Sweep_loses_a_node_and_reaches_a_time_limit_and_ends_bitwise_like_one_left_alone()
    {
        Skip.If(Environment.GetEnvironmentVariable("NB_LONG") != "1", "takes minutes; set NB_LONG=1");
        using var cluster = SlurmCluster.Start();
        Write("1, 2, 3");
        Nb(0, "sweep", ConfigPath, "--engine", "slurm", "--out", Out);
        Assert.Matches("job [0-9]+ with 3 tasks for 3 runs", Text);
        Note("submitted");
        WaitUntil(() => Ask().Count(r => r.State == "running" && r.Epochs > 5) == 2);
        var first = Ask().Where(r => r.State == "running").Select(r => r.Id).ToList();
        Note($"two nodes train {string.Join(" and ", first)}");

        // What is queued or running is not submitted again.
        Nb(0, "sweep", ConfigPath, "--engine", "slurm", "--out", Out);
        Assert.Contains("nothing to submit: 3 tasks are queued or running for 3 runs", Text);

        cluster.KillNode("n1");
        Note("node n1 killed");
        // The signal that Slurm sends before a time limit, without the wait for one.
        string job = File.ReadAllText(Path.Combine(Folder, "jobs.txt")).Split(' ')[0];
        string task = cluster.Ask("squeue", "-h", "-w", "n2", "-t", "running", "-o", "%F_%K").Trim().Split('\n')[0];
        cluster.Ask("scancel", "--batch", "--signal=USR1", task);
        WaitUntil(() => Logs().Contains("nb: stopped; the same command goes on from here"));
        Note($"task {task} stopped at the time limit's signal");

        WaitUntil(() => Ask().All(r => r.State == "finished"));
        Note("all runs finished");
        WaitUntil(() => cluster.Ask("squeue", "-h").Trim() == "");
        string logs = Logs();
        log.WriteLine(Told(logs));
        Assert.Equal(5, Regex.Count(logs, "takes tiny-"));
        Assert.True(Regex.Count(logs, "goes on after step") >= 2, logs);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(Folder, "logs"), $"{job}_*.log").Length);

        Nb(0, "sweep", "gather", Folder);
        Assert.True(File.Exists(Path.Combine(Out, "tiny-report.html")));
        string alone = _root.File("alone");
        Nb(0, "sweep", ConfigPath, "--out", alone, "--jobs", "2");
        Assert.All(Ask(), r => Assert.Equal(Model(alone, r.Id), Model(Out, r.Id)));
        Note("compared");
    }

    [SkippableFact]
    public void Cancelled_sweep_leaves_the_queue_with_checkpoints_and_goes_on_elsewhere()
    {
        Skip.If(Environment.GetEnvironmentVariable("NB_LONG") != "1", "takes minutes; set NB_LONG=1");
        using var cluster = SlurmCluster.Start();
        Write("1, 2, 3");
        Nb(0, "sweep", ConfigPath, "--engine", "slurm", "--out", Out);
        WaitUntil(() => Ask().Count(r => r.State == "running" && r.Epochs > 5) == 2);

        Nb(0, "sweep", "cancel", Folder);

        Assert.Contains("cancelled 3 tasks", Text);
        WaitUntil(() => cluster.Ask("squeue", "-h").Trim() == "");
        Assert.Equal(["stopped", "stopped", "waiting"], Ask().Select(r => r.State).Order());
        Assert.Equal(2, Regex.Count(Logs(), "stopped after step [0-9]+ of "));
        // Nothing comes back by itself.
        Thread.Sleep(TimeSpan.FromSeconds(8));
        Assert.Equal("", cluster.Ask("squeue", "-h").Trim());
        Nb(0, "sweep", "status", Folder);
        Assert.Contains("tiny: 3 runs, 2 stopped, 1 waiting", Text);

        Nb(0, "sweep", ConfigPath, "--out", Out, "--jobs", "2");
        Assert.Equal("finished", Assert.Single(Ask().Select(r => r.State).Distinct()));
    }

    [SkippableFact]
    public void Script_that_Slurm_refuses_is_told_in_Slurms_words()
    {
        Skip.If(Environment.GetEnvironmentVariable("NB_LONG") != "1", "starts Slurm; set NB_LONG=1");
        using var cluster = SlurmCluster.Start();
        Write("1", "  partition: nowhere\n");

        Nb(1, "sweep", ConfigPath, "--engine", "slurm", "--out", Out);

        Assert.Contains("nb: sbatch refuses ", _error.ToString());
        Assert.Contains("invalid partition specified: nowhere", _error.ToString());
        Assert.Equal("waiting", Assert.Single(Ask()).State);
    }

    private string Text => _output.ToString();

    private void Write(string seeds, string profile = "")
    {
        var config = ProcessRun.Config(Epochs, checkpointEvery: 20) with { Burden = new BurdenConfig { ProbeImages = 0 } };
        File.WriteAllText(
            ConfigPath,
            $"{ConfigText.ToYaml(config)}sweep:\n  grid: {{seed: [{seeds}]}}\nslurm:\n  time: 20\n{profile}");
    }

    private void Nb(int code, params string[] args)
    {
        _output.GetStringBuilder().Clear();
        int given = NbProgram.Run(args, Shell.Of(_output, _error, NbProgram.Engine));
        Assert.True(code == given, _error.ToString());
    }

    private List<(string Id, string State, int Epochs)> Ask()
    {
        Nb(0, "sweep", "status", Folder, "--json");
        using var json = JsonDocument.Parse(Text);
        return [.. json.RootElement.GetProperty("runs").EnumerateArray().Select(r => (
            r.GetProperty("id").GetString()!, r.GetProperty("state").GetString()!, r.GetProperty("epochs").GetInt32()))];
    }

    private string Logs() =>
        string.Concat(Directory.GetFiles(Path.Combine(Folder, "logs")).Order().Select(File.ReadAllText));

    private static byte[] Model(string root, string id) => File.ReadAllBytes(Path.Combine(root, id, "model.safetensors"));

    private void WaitUntil(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(4)) throw new TimeoutException($"in vain: {Text}\n{Told(Logs())}");
            Thread.Sleep(200);
        }
    }

    // Without the lines of the epochs.
    private static string Told(string logs) => Regex.Replace(logs, "(?m)^.*images/s.*\n", "");

    private void Note(string what) => log.WriteLine($"{_clock.Elapsed.TotalSeconds,6:0.0} s  {what}");
}
