using NeuralBurden.Pruning.Selection;

namespace NeuralBurden.Pruning.Parts.Distributions;

/// <summary>How a total sparsity is split over segments (matrices, or layers of heads).</summary>
public abstract class Distribution
{
    public abstract string Name { get; }

    /// <summary>
    /// True when one threshold over all segments decides, so that counts follow from the scores.
    /// </summary>
    public virtual bool IsGlobal => false;

    /// <summary>
    /// keep[i] = units that segment i keeps, in [1, Units]; for a global distribution the least it keeps.
    /// Does not increase with sparsity, so that gradual pruning never has to give a weight back.
    /// </summary>
    public abstract void Allocate(double sparsity, ReadOnlySpan<Segment> segments, Span<int> keep);

    /// <summary>The distribution called <c>global</c>, <c>uniform</c> or <c>erk</c>.</summary>
    /// <exception cref="PruningConfigException">Another name.</exception>
    public static Distribution Parse(string name) => name switch
    {
        "global" => new GlobalDistribution(),
        "uniform" => new UniformDistribution(),
        "erk" => new ErkDistribution(),
        _ => throw new PruningConfigException("pruning.distribution", $"'{name}'", "global, uniform or erk"),
    };
}
