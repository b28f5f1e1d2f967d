using System.Diagnostics;
using NeuralBurden.Tests.Training;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;
using Xunit.Abstractions;

namespace NeuralBurden.Tests.Burden;

/// <summary>What measuring a run of the study's size costs: NB_LONG=1.</summary>
[Collection(AloneCollection.Name)]
public sealed class LoadCostTests(ITestOutputHelper output) : IDisposable
{
    private readonly TrainingRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    [SkippableTheory]
    [InlineData("dense", 0)]
    [InlineData("gmp", 0.98)]
    public void Measuring_a_run_of_four_blocks_of_256_units_takes_seconds_of_processor_time(string method, double sparsity)
    {
        Skip.IfNot(Environment.GetEnvironmentVariable("NB_LONG") == "1", "set NB_LONG=1 for long tests");
        var dense = new RunConfig
        {
            Data = new DataConfig { Name = "glyphs", TrainCount = 640, TestCount = 10_000 },
            Model = new ModelConfig { Dim = 64, Depth = 4, Heads = 4, MlpRatio = 4, Patch = 7 },
            Train = new TrainConfig { Epochs = 2, BatchSize = 64 },
            Burden = new BurdenConfig { ProbeImages = 0 },
        };
        var run = dense with { Pruning = new PruningConfig { Method = method, Sparsity = method == "dense" ? null : sparsity } };
        var (twin, folder) = (_runs.Run(dense).Folder, _runs.Run(run).Folder);
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        LoadMeasurement.Measure(run, folder.Path, dense, twin.Path, new RunOptions { Threads = 1 }, default);
        var plain = Process.GetCurrentProcess().TotalProcessorTime;
        LoadMeasurement.Measure(run, folder.Path, dense, twin.Path, new RunOptions { Threads = 1 }, default, silencing: true);
        double seconds = (plain - before).TotalSeconds;
        double silenced = (Process.GetCurrentProcess().TotalProcessorTime - plain).TotalSeconds;

        output.WriteLine($"{method}: {seconds:F1} s of processor time, {silenced:F1} s with silencing");
        Assert.InRange(seconds, 0, 120);
    }
}
