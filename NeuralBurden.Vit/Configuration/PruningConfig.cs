namespace NeuralBurden.Vit.Configuration;

/// <summary>
/// Pruning during training. Sparsity rises from 0 at <see cref="Start"/> to its target at <see cref="End"/>;
/// the mask goes on being updated until <see cref="Stop"/> and is then frozen.
/// </summary>
public sealed record PruningConfig
{
    /// <summary>Name of a preset of the pruning catalogue; <c>dense</c> prunes nothing.</summary>
    public string Method { get; init; } = "dense";

    /// <summary>Target share of zeros among the weights in <see cref="Scope"/>.</summary>
    public double Sparsity { get; init; } = 0.9;

    public Duration Start { get; init; } = Duration.Percent(0);

    public Duration End { get; init; } = Duration.Percent(60);

    public Duration Stop { get; init; } = Duration.Percent(75);

    public Duration UpdateEvery { get; init; } = Duration.Steps(16);

    public SparsityDistribution Distribution { get; init; } = SparsityDistribution.Global;

    public PruningScope Scope { get; init; } = PruningScope.All;

    /// <summary>
    /// Smallest share of weights that a matrix keeps when one threshold is shared by all matrices.
    /// </summary>
    public double MinDensity { get; init; } = 0.005;

    /// <summary>The method's own parameters; those not named keep the method's defaults.</summary>
    public MethodParameters Parameters { get; init; } = MethodParameters.Empty;
}
