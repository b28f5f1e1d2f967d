namespace NeuralBurden.Vit.Study;

/// <summary>One row of a study: keys with their values, all crossed with each other and with the seeds.</summary>
public sealed record StudyRow
{
    public required string Name { get; init; }

    /// <summary>Seeds of its own; empty = those of the study.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [];

    /// <summary>Keys of a run and the texts of their values; the last key varies fastest.</summary>
    public IReadOnlyList<StudyAxis> Axes { get; init; } = [];

    /// <summary>Sparsities whose kept parameters dense networks get; empty = the row is no such row.</summary>
    public IReadOnlyList<double> Small { get; init; } = [];
}
