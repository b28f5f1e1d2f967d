using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Methods;

/// <summary>
/// What happens to a pruned weight: W &lt;- W + (M + Gamma (1 - M)) D, with D the optimizer's whole step from the
/// gradient g + Lambda (1 - M) W, weight decay included, and g the dense gradient of the effective weights. Gamma scales
/// the step and not the gradient, because Adam divides by the gradient's own size: a constant factor in it has no effect
/// once the second moment has forgotten what came before.
/// </summary>
/// <param name="Gamma">
/// Share of the optimizer's step that a pruned weight takes, in [0, 1]; at 0 it rests, and its moments are cleared when it
/// is pruned.
/// </param>
/// <param name="Lambda">Decay of pruned weights through the gradient, at least 0; needs a Gamma above 0.</param>
/// <param name="Zeroes">The stored weight and its moments are zero while pruned.</param>
/// <param name="Returns">A pruned weight may win its place back by its score.</param>
/// <param name="DecayPruned">Whether the optimizer's own weight decay acts on pruned entries.</param>
public sealed record Persistence(
    double Gamma, double Lambda = 0, bool Zeroes = false, bool Returns = true, bool DecayPruned = true)
{
    /// <summary>Pruned weights are zero and stay pruned unless growth picks them.</summary>
    public static Persistence Zeroed { get; } = new(0, 0, Zeroes: true, Returns: false);

    /// <summary>
    /// Pruned weights keep their value: no gradient, no decay, and moments cleared at pruning.
    /// </summary>
    public static Persistence Frozen { get; } = new(0, 0, DecayPruned: false);

    /// <summary>The dense copy lives on with the straight-through gradient.</summary>
    public static Persistence Dense { get; } = new(1);

    /// <summary>Straight-through gradient plus decay of pruned weights (SR-STE, arXiv 2102.04010).</summary>
    public static Persistence Decayed(double lambda) => new(1, lambda);

    /// <summary>
    /// Pruned weights take no step: backward need not compute their gradient, and what the optimizer remembers of them
    /// is cleared when they are pruned, so that no momentum moves them.
    /// </summary>
    public bool IsMasked => Gamma == 0;

    /// <summary>Whether the optimizer's weight decay reaches pruned entries; those that are zero it does not change.</summary>
    public bool DecaysPruned => Zeroes || (DecayPruned && !IsMasked);

    /// <exception cref="SettingException">Gamma outside [0, 1] or Lambda below 0.</exception>
    public Persistence Validated()
    {
        if (Gamma is not (>= 0 and <= 1))
            throw new SettingException("gamma", Gamma, "in [0, 1]");
        if (Lambda is not (>= 0 and <= 1))
            throw new SettingException("lambda", Lambda, "in [0, 1]");
        if (IsMasked && Lambda != 0)
            throw new SettingException("lambda", Lambda, "0 with gamma 0, where pruned weights rest");
        if (Zeroes && !IsMasked)
            throw new SettingException("gamma", Gamma, "0 where pruned weights are zeroed");
        return this;
    }
}
