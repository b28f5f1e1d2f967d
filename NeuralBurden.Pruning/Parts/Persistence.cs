namespace NeuralBurden.Pruning.Parts;

/// <summary>
/// What happens to a pruned weight. The optimizer receives g M + Gamma g (1 - M) + Lambda (1 - M) W, with g
/// the dense gradient of the effective weights (method.md 2.2).
/// </summary>
/// <param name="Gamma">Share of the dense gradient that a pruned weight still receives, in [0, 1].</param>
/// <param name="Lambda">Decay of pruned weights through the gradient, at least 0.</param>
/// <param name="Zeroes">The stored weight and its moments are zero while pruned.</param>
/// <param name="Returns">A pruned weight may win its place back by its score.</param>
/// <param name="DecayPruned">Whether the optimizer's own weight decay acts on pruned entries.</param>
public sealed record Persistence(
    double Gamma, double Lambda = 0, bool Zeroes = false, bool Returns = true, bool DecayPruned = true)
{
    /// <summary>Pruned weights are zero and stay pruned unless growth picks them.</summary>
    public static Persistence Zeroed { get; } = new(0, 0, Zeroes: true, Returns: false);

    /// <summary>
    /// Pruned weights keep their value: no gradient, no decay, and moments cleared at pruning so that no
    /// momentum moves them.
    /// </summary>
    public static Persistence Frozen { get; } = new(0, 0, DecayPruned: false);

    /// <summary>The dense copy lives on with the straight-through gradient.</summary>
    public static Persistence Dense { get; } = new(1);

    /// <summary>Straight-through gradient plus decay of pruned weights (SR-STE, arXiv 2102.04010).</summary>
    public static Persistence Decayed(double lambda) => new(1, lambda);

    /// <summary>No gradient reaches pruned weights, so backward need not compute it.</summary>
    public bool IsMasked => Gamma == 0;

    /// <summary>
    /// Pruned weights must not move, so what the optimizer remembers of them is cleared when they are pruned.
    /// </summary>
    public bool ClearsMoments => Zeroes || (Gamma == 0 && Lambda == 0 && !DecayPruned);

    /// <exception cref="PruningConfigException">Gamma outside [0, 1] or Lambda below 0.</exception>
    public Persistence Validated()
    {
        if (Gamma is not (>= 0 and <= 1))
            throw new PruningConfigException("pruning.gamma", Gamma, "in [0, 1]");
        if (Lambda is not (>= 0 and <= 1))
            throw new PruningConfigException("pruning.lambda", Lambda, "in [0, 1]");
        if (Zeroes && (Gamma != 0 || Lambda != 0))
            throw new PruningConfigException(
                "pruning.gamma", "zeroed weights take no gradient and no decay: use 0");
        return this;
    }
}
