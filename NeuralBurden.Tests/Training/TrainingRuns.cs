using System.Text.Json;
using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Tests.Training;

/// <summary>Small real runs through the public engine, in a temporary folder that is removed with this object.</summary>
public sealed class TrainingRuns : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("nb-test-").FullName;
    private int _count;

    /// <summary>Seconds on one core: 640 glyphs, two blocks of width 16, 8 epochs of 10 steps.</summary>
    public static RunConfig Small { get; } = new RunConfig
    {
        Name = "small",
        Seed = 5,
        Data = new DataConfig { Name = "glyphs", TrainCount = 640, TestCount = 200 },
        Model = new ModelConfig { Dim = 16, Depth = 2, Heads = 2, MlpRatio = 2, Patch = 7 },
        Optim = new OptimConfig { Lr = 4e-3 },
        Train = new TrainConfig { Epochs = 8, BatchSize = 64, Check = true },
        Burden = new BurdenConfig { ProbeImages = 96 },
    };

    /// <summary>Runs a config in a fresh folder and returns its result and its epochs.</summary>
    public (RunResult Result, RunFolder Folder) Run(
        RunConfig config,
        int threads = 1,
        CancellationToken cancellation = default,
        IProgress<TrainingProgress>? progress = null,
        SparseMode sparse = SparseMode.Auto)
    {
        var folder = Folder(config);
        return (Continue(folder, threads, cancellation, progress, sparse), folder);
    }

    /// <summary>A folder for a run, not begun.</summary>
    public RunFolder Folder(RunConfig config) => RunFolder.Open(Path.Combine(_root, $"{_count++}"), config);

    /// <summary>Runs in a folder from what it holds.</summary>
    public static RunResult Continue(
        RunFolder folder,
        int threads = 1,
        CancellationToken cancellation = default,
        IProgress<TrainingProgress>? progress = null,
        SparseMode sparse = SparseMode.Auto)
    {
        var options = new RunOptions { Threads = threads, Sparse = sparse };
        var engine = new RunEngine(MethodCatalog.BuiltIn);
        return engine.Execute(folder.Config, folder, options, progress ?? new Ignored(), cancellation);
    }

    /// <summary>The columns of the metrics that must not depend on time: everything but speed.</summary>
    public static string[] Columns(RunFolder folder) =>
        [.. File.ReadLines(Path.Combine(folder.Path, RunFolder.MetricsFile)).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            var kept = json.RootElement.EnumerateObject()
                .Where(p => !p.Name.Contains("per_second") && p.Name != "seconds");
            return string.Join(' ', kept.Select(p => $"{p.Name}={p.Value.GetRawText()}"));
        })];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private sealed class Ignored : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
        }
    }
}
