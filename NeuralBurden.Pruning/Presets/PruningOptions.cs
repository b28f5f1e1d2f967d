using NeuralBurden.Pruning.Schedules;

namespace NeuralBurden.Pruning.Presets;

/// <summary>The <c>pruning:</c> part of a config. What is null takes the method's default.</summary>
public sealed record PruningOptions
{
    /// <summary>A name of the catalogue.</summary>
    public string Method { get; init; } = "dense";

    /// <summary>Target share of pruned units, in [0, 1).</summary>
    public double? Sparsity { get; init; }

    /// <summary>When pruning starts.</summary>
    public TrainingPoint? Start { get; init; }

    /// <summary>When the target is reached.</summary>
    public TrainingPoint? End { get; init; }

    /// <summary>When masks are frozen; not before End.</summary>
    public TrainingPoint? Stop { get; init; }

    /// <summary>Time between mask updates.</summary>
    public TrainingPeriod? UpdateEvery { get; init; }

    /// <summary>A name of <see cref="Distributions.Distribution.Names"/>.</summary>
    public string? Distribution { get; init; }

    /// <summary>Steps while the learning rate still rises.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>Names of the tensors to prune; null for all that the model offers.</summary>
    public IReadOnlyList<string>? Tensors { get; init; }

    /// <summary>
    /// The method's own parameters by name, as written; checked against what the method declares.
    /// </summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();
}
