namespace NeuralBurden.Vit.Settings;

/// <summary>Optimizer and learning-rate schedule.</summary>
public sealed record OptimConfig
{
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Learning rate at the end of the warm-up.</summary>
    public double Lr { get; init; } = 1e-3;

    /// <summary>
    /// Decoupled weight decay; biases, norms and embeddings of position and class are exempt.
    /// </summary>
    public double WeightDecay { get; init; } = 0.05;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.999;

    public double Eps { get; init; } = 1e-8;

    public double Momentum { get; init; } = 0.9;

    /// <summary>The learning rate of a layer over that of the layer above it; 1 = all alike.</summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>Length of the linear rise from 0 to <see cref="Lr"/>.</summary>
    public Duration Warmup { get; init; } = Duration.Epochs(1);

    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Learning rate at the end of the cosine.</summary>
    public double MinLr { get; init; }

    /// <summary>Largest L2 norm of all gradients but those of pruned weights; 0 turns clipping off.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>
    /// Decay d of the exponential moving average of the weights, min(d, (1 + t) / (10 + t)) after step t; 0 = none.
    /// </summary>
    public double Ema { get; init; }
}
