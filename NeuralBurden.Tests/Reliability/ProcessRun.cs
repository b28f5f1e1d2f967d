using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Formats;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Reliability;

/// <summary>A tiny run that the real program trains in a folder of its own.</summary>
internal sealed class ProcessRun
{
    public ProcessRun(string root, RunConfig config)
    {
        config = new RunEngine(MethodCatalog.BuiltIn).Resolve(config);
        (Root, Folder) = (root, RunFolder.Existing(Path.Combine(root, ConfigText.RunId(config)), config));
        Directory.CreateDirectory(root);
        ConfigFile = root + ".yaml";
        File.WriteAllText(ConfigFile, ConfigText.ToYaml(config));
    }

    public string Root { get; }

    public string ConfigFile { get; }

    public RunFolder Folder { get; }

    public bool IsFinished => File.Exists(Path.Combine(Folder.Path, RunFolder.ResultFile));

    /// <summary>Steps of the newest checkpoint in the folder of them; 0 where there is none.</summary>
    public long NewestStep => Checkpoints.Select(StepOf).DefaultIfEmpty(0).Max();

    private string[] Checkpoints => Directory.Exists(Folder.CheckpointsPath)
        ? [.. Directory.GetFiles(Folder.CheckpointsPath, "step-*.safetensors").Where(f => CheckpointPair.ModelOf(f) is null)]
        : [];

    public static RunConfig Config(int epochs, int checkpointEvery) => TrainingRuns.Small with
    {
        Name = "tiny",
        Data = new DataConfig { Name = "glyphs", TrainCount = 320, TestCount = 60 },
        Pruning = new PruningConfig { Method = "pdwp", Sparsity = 0.8, UpdateEvery = Duration.Steps(4) },
        Train = new TrainConfig
        {
            Epochs = epochs,
            BatchSize = 32,
            EvalEvery = 5,
            CheckpointEvery = Duration.Steps(checkpointEvery),
        },
        Burden = new BurdenConfig { ProbeImages = 32, Every = 10 },
    };

    /// <summary>Starts <c>nb train</c>, which goes on with what the folder holds.</summary>
    public NbProcess Start() => new("train", ConfigFile, "--out", Root, "--threads", "1");

    public void Finish()
    {
        using var process = Start();
        Assert.True(process.WaitForExit() == 0, process.Text);
    }

    /// <summary>Every model under a checkpoint's name is whole with its own state, at whatever moment the process died.</summary>
    public void AssertNothingHalfWritten()
    {
        Assert.All(Checkpoints, file => CheckpointPair.Load(file));
        if (File.Exists(Folder.CheckpointPath)) CheckpointPair.Load(Folder.CheckpointPath);
    }

    public void AssertEndsLike(ProcessRun whole)
    {
        Assert.True(IsFinished);
        Assert.Equal(File.ReadAllBytes(whole.Folder.CheckpointPath), File.ReadAllBytes(Folder.CheckpointPath));
        Assert.Equal(TrainingRuns.Columns(whole.Folder), TrainingRuns.Columns(Folder));
        Assert.Equal(Burden(whole), Burden(this));
        Assert.Empty(Directory.EnumerateFiles(Folder.Path, "*.nbtmp", SearchOption.AllDirectories));

        static string Burden(ProcessRun run) => File.ReadAllText(Path.Combine(run.Folder.Path, RunFolder.BurdenFile));
    }

    private static long StepOf(string file) => long.Parse(Path.GetFileNameWithoutExtension(file)["step-".Length..]);
}
