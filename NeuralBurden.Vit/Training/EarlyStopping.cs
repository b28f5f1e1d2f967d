using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Training;

/// <summary>
/// Ends a training whose metric on the held-out images has not become better for <c>train.early_stopping</c> epochs.
/// Only epochs that end within 0.1 % of the target sparsity count: before, a worse metric is the price of pruning. All
/// it knows is in the records of the epochs, so that a resumed run stops at the same one.
/// </summary>
internal sealed class EarlyStopping(TrainConfig config, double targetSparsity)
{
    private const double Tolerance = 1e-3;

    /// <summary>Epochs since the best one that counts; null for an epoch that does not count.</summary>
    public int? StaleEpochs(IReadOnlyList<EpochRecord> before, EvaluationResult? validation, double sparsity)
    {
        if (config.EarlyStopping == 0 || validation is null || sparsity < targetSparsity - Tolerance) return null;
        var counted = before.Where(e => e.StaleEpochs is not null).ToList();
        double now = Score(validation.Loss, validation.Accuracy);
        return counted.Count == 0 || now > counted.Max(e => Score(e.ValidationLoss!.Value, e.ValidationAccuracy!.Value))
            ? 0
            : counted[^1].StaleEpochs + 1;
    }

    public bool IsDue(int? staleEpochs) => config.EarlyStopping > 0 && staleEpochs >= config.EarlyStopping;

    // Larger is better.
    private double Score(double loss, double accuracy) =>
        config.EarlyStoppingMetric == EarlyStoppingMetric.Loss ? -loss : accuracy;
}
