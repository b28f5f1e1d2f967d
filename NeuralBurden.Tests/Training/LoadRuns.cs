using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Tests.Training;

/// <summary>A dense twin and runs beside it, trained once for all tests of their loads.</summary>
public sealed class LoadRuns : IDisposable
{
    private readonly TrainingRuns _runs = new();

    public LoadRuns()
    {
        Dense = TrainingRuns.Small with
        {
            Data = TrainingRuns.Small.Data with { TestCount = 80 },
            Burden = new BurdenConfig { ProbeImages = 0, Snapshots = Moments("50% 52%") },
        };
        Pruned = Dense with
        {
            Pruning = new PruningConfig { Method = "pdwp", Sparsity = 0.7, UpdateEvery = Duration.Steps(2) },
            Tokens = Dense.Tokens with { Merge = TokensConfig.SinglePass, Layer = 1, R = TokenQuantity.Share(0.25) },
        };
        (DenseFolder, PrunedFolder) = (Train(Dense), Train(Pruned));
        Records = Measure(Pruned, PrunedFolder, silencing: true);
    }

    public RunConfig Dense { get; }

    public RunConfig Pruned { get; }

    internal RunFolder DenseFolder { get; }

    internal RunFolder PrunedFolder { get; }

    /// <summary>Of the pruned run: two snapshots and the end.</summary>
    public IReadOnlyList<LoadRecord> Records { get; }

    public LoadRecord End => Records[^1];

    public static DurationList Moments(string text) =>
        ConfigFields.Find("burden.snapshots")!.Set(RunConfig.Default, text).Burden.Snapshots;

    public RunFolder Train(RunConfig config) => _runs.Run(config).Folder;

    public IReadOnlyList<LoadRecord> Measure(RunConfig config, RunFolder folder, bool silencing = false) =>
        LoadMeasurement.Measure(
            config, folder.Path, Dense, DenseFolder.Path, new RunOptions { Threads = 1 }, default, silencing);

    public void Dispose() => _runs.Dispose();
}
