using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.OneShot;

/// <summary>What one-shot pruning is to do.</summary>
public sealed record OneShotOptions
{
    public OneShotCriterion Criterion { get; init; }

    /// <summary>Share of the weights in <see cref="Scope"/> that go, 0 to below 1.</summary>
    public double Sparsity { get; init; } = 0.5;

    /// <summary>Which matrices are pruned.</summary>
    public PruningScope Scope { get; init; } = PruningScope.All;

    /// <summary>
    /// Whether magnitudes of all matrices are ranked together; otherwise every matrix gives the same share, as Wanda and
    /// SparseGPT do.
    /// </summary>
    public bool Global { get; init; }

    /// <summary>Calibration images, the first of the training split.</summary>
    public int Images { get; init; } = 128;
}
