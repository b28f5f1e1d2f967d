using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>What a hypothesis found in the data, before it is judged.</summary>
public sealed record Finding
{
    /// <summary>The primary statistic of each seed; a seed without one is absent.</summary>
    public IReadOnlyList<(int Seed, double Value)> Values { get; init; } = [];

    /// <summary>Which runs were compared.</summary>
    public required string Where { get; init; }

    /// <summary>What there is none of, so that nothing was measured; null where something was.</summary>
    public string? Missing { get; init; }

    /// <summary>
    /// Rivals that the statistic asks for and that have no run; null where all have one. One of them may be the strongest, so
    /// such a finding refutes and does not support.
    /// </summary>
    public string? AbsentRivals { get; init; }

    /// <summary>What a reader must know about the statistic; null = nothing.</summary>
    public string? Note { get; init; }

    public IReadOnlyList<SideFigure> Beside { get; init; } = [];

    public SeedMean? Mean => SeedMean.Of(Values.Select(v => (double?)v.Value));
}
