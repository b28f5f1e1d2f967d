namespace NeuralBurden.Vit.Settings;

/// <summary>
/// Pruning during training. Sparsity rises from 0 at <see cref="Start"/> to its target at <see cref="End"/>;
/// the mask goes on being updated until <see cref="Stop"/> and is then frozen. What is null (<c>auto</c> in a
/// config) takes the method's default.
/// </summary>
public sealed record PruningConfig
{
    /// <summary>Name of a preset of the pruning catalogue; <c>dense</c> prunes nothing.</summary>
    public string Method { get; init; } = "dense";

    /// <summary>Target share of zeros among the weights in <see cref="Scope"/>.</summary>
    public double? Sparsity { get; init; }

    public Duration? Start { get; init; }

    public Duration? End { get; init; }

    public Duration? Stop { get; init; }

    public Duration? UpdateEvery { get; init; }

    public SparsityDistribution? Distribution { get; init; }

    public PruningScope Scope { get; init; } = PruningScope.All;

    /// <summary>
    /// Steps from one dense weight gradient to the next, for methods whose pruned weights follow it (pdwp): between
    /// them pruned weights get no gradient, then one scaled by this number; kept weights get theirs in every step. 1
    /// is the published method.
    /// </summary>
    public int DenseGradientEvery { get; init; } = 1;

    /// <summary>The method's own parameters; those not named keep the method's defaults.</summary>
    public MethodParameters Parameters { get; init; } = MethodParameters.Empty;
}
