namespace NeuralBurden.Vit.Runs;

/// <summary>
/// One line of <c>metrics.jsonl</c>. Everything but the last three is bitwise the same in a repeat of the run
/// on the same kind of device. Rates and accuracies are shares in 0..1; a figure not taken in this epoch is
/// absent.
/// </summary>
public sealed record EpochRecord
{
    /// <summary>Epochs done.</summary>
    public required int Epoch { get; init; }

    /// <summary>Optimizer steps done.</summary>
    public required int Step { get; init; }

    /// <summary>Learning rate of the epoch's last step.</summary>
    public required double Lr { get; init; }

    /// <summary>
    /// Mean loss over the epoch's images, as trained (augmented, smoothed, before each update).
    /// </summary>
    public required double TrainLoss { get; init; }

    public required double TrainAccuracy { get; init; }

    /// <summary>Cross-entropy on the test set in nats, without smoothing.</summary>
    public double? TestLoss { get; init; }

    public double? TestAccuracy { get; init; }

    /// <summary>Likewise of the moving average of the weights.</summary>
    public double? EmaTestLoss { get; init; }

    public double? EmaTestAccuracy { get; init; }

    /// <summary>Likewise on the held-out training images.</summary>
    public double? ValidationLoss { get; init; }

    public double? ValidationAccuracy { get; init; }

    /// <summary>Epochs since the best one, where early stopping counts this one.</summary>
    public int? StaleEpochs { get; init; }

    /// <summary>Share of zeros among the effective prunable weights at the epoch's end.</summary>
    public double Sparsity { get; init; }

    /// <summary>Mean over the epoch's mask updates of |M_t xor M_(t-1)| / |M_t|.</summary>
    public double? FlipRate { get; init; }

    /// <summary>Mask updates in this epoch.</summary>
    public long? MaskUpdates { get; init; }

    /// <summary>Share of prunable entries that were off at some time and are on at the epoch's end.</summary>
    public double? ReturnRate { get; init; }

    /// <summary>
    /// Share of prunable entries that were on at some time: the in-time over-parameterization rate of arXiv 2102.02887.
    /// </summary>
    public double? InTimeRate { get; init; }

    /// <summary>Mean burden over layers.</summary>
    public double? Burden { get; init; }

    public double TrainImagesPerSecond { get; init; }

    public double? EvalImagesPerSecond { get; init; }

    /// <summary>Wall-clock time of the epoch with evaluation and measurement.</summary>
    public double Seconds { get; init; }
}
