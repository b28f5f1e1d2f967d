using NeuralBurden.Pruning.Catalog;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;
using NeuralBurden.Vit.Training;
using Xunit;

namespace NeuralBurden.Tests.Training;

/// <summary>A run is evaluated as its schedule of merging says for its last step.</summary>
public sealed class MergeStopTests : IDisposable
{
    private readonly TrainingRuns _runs = new();

    [Theory]
    [InlineData(0, 100)]
    [InlineData(0, 50)]
    // Within the last step: training merged to its end, the model does not; and the other way round.
    [InlineData(0, 99.999)]
    [InlineData(99.999, 100)]
    public void Records_result_and_the_stored_model_agree_on_whether_it_merges(double start, double stop)
    {
        RequireAgreement(TrainingRuns.Small with { Tokens = Tokens(start, stop) });
    }

    [Theory]
    [InlineData(0, 90)]
    [InlineData(50, 100)]
    public void They_agree_where_a_run_ends_early_before_its_merging_stops_or_starts(double start, double stop)
    {
        var config = TrainingRuns.Small with
        {
            // Nothing is learnt: the accuracy of the first epoch is never beaten.
            Optim = new OptimConfig { Lr = 1e-12 },
            Train = TrainingRuns.Small.Train with
            {
                Epochs = 20,
                Validation = 0.25,
                EarlyStopping = 2,
                EarlyStoppingMetric = EarlyStoppingMetric.Accuracy,
            },
            Tokens = Tokens(start, stop),
        };

        Assert.True(RequireAgreement(config).StoppedEarly);
    }

    private static TokensConfig Tokens(double start, double stop) => new()
    {
        Merge = "drop",
        Layer = 1,
        R = TokenQuantity.Share(0.5),
        Start = Duration.Percent(start),
        Stop = Duration.Percent(stop),
    };

    private RunResult RequireAgreement(RunConfig config)
    {
        var (result, folder) = _runs.Run(config);
        var stored = new RunEngine(MethodCatalog.BuiltIn).Evaluate(
            config, folder.CheckpointPath, new RunOptions { Threads = 1 }, default);

        Assert.Equal(stored.Loss, result.TestLoss, 9);
        Assert.Equal(stored.Accuracy, result.TestAccuracy, 9);
        Assert.Equal(stored.Accuracy, result.Classification!.PerClass.Sum(c => c.Right) / (double)stored.Images, 9);
        return result;
    }

    public void Dispose() => _runs.Dispose();
}
