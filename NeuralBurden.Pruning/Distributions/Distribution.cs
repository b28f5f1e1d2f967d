using NeuralBurden.Pruning.Counting;
using NeuralBurden.Pruning.Errors;

namespace NeuralBurden.Pruning.Distributions;

/// <summary>How a total sparsity is split over segments (matrices, or layers of heads).</summary>
public abstract class Distribution
{
    public abstract string Name { get; }

    /// <summary>
    /// True when one threshold over all segments decides, so that counts follow from the scores.
    /// </summary>
    public virtual bool IsGlobal => false;

    /// <summary>
    /// True when scores are divided by the Euclidean norm of their segment's before segments compete.
    /// </summary>
    public virtual bool IsNormalised => false;

    /// <summary>
    /// keep[i] = units that segment i keeps, in [1, Units]; for a global distribution the least it keeps.
    /// Does not increase with sparsity, so that gradual pruning never has to give a weight back.
    /// </summary>
    public abstract void Allocate(double sparsity, ReadOnlySpan<Segment> segments, Span<int> keep);

    /// <summary>What <see cref="Parse"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["uniform", "erk", "global", "global-normalised"];

    /// <summary>The distribution of a name.</summary>
    /// <exception cref="SettingException">Another name.</exception>
    public static Distribution Parse(string name) => name switch
    {
        "global" => new GlobalDistribution(),
        "global-normalised" => new GlobalDistribution(normalised: true),
        "uniform" => new UniformDistribution(),
        "erk" => new ErkDistribution(),
        _ => throw new SettingException("distribution", $"'{name}'", string.Join(", ", Names)),
    };
}
