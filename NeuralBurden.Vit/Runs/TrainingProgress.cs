namespace NeuralBurden.Vit.Runs;

/// <summary>
/// Where a run stands. A struct, so that reporting it every step allocates nothing. Figures that do not exist
/// yet are NaN.
/// </summary>
public readonly record struct TrainingProgress
{
    public TrainingPhase Phase { get; init; }

    /// <summary>The epoch in progress, from 1.</summary>
    public int Epoch { get; init; }

    public int Epochs { get; init; }

    /// <summary>Optimizer steps done in the whole run.</summary>
    public int Step { get; init; }

    public int Steps { get; init; }

    /// <summary>Mean training loss over the epoch so far.</summary>
    public double TrainLoss { get; init; }

    /// <summary>Training accuracy over the epoch so far, 0..1.</summary>
    public double TrainAccuracy { get; init; }

    /// <summary>The latest test accuracy, 0..1.</summary>
    public double TestAccuracy { get; init; }

    /// <summary>Share of zeros among the prunable weights, 0..1.</summary>
    public double Sparsity { get; init; }

    /// <summary>Training images per second over the epoch so far.</summary>
    public double ImagesPerSecond { get; init; }

    /// <summary>The record of an epoch that has just ended; null at all other times.</summary>
    public EpochRecord? Finished { get; init; }

    /// <summary>
    /// Something the user should know, such as where a stopped run goes on; null at all other times.
    /// </summary>
    public string? Notice { get; init; }
}
