namespace NeuralBurden.Vit.Study;

/// <summary>
/// The block <c>study:</c> of a config. The rest of the config is the run that everything starts from;
/// <see cref="StudyGrid"/> makes the runs.
/// </summary>
public sealed record StudyConfig
{
    /// <summary>Seeds of rows without their own; empty = the run's own seed.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [];

    /// <summary>Whether each finished run is measured with its most burdened units silenced too (T8).</summary>
    public bool Silencing { get; init; }

    /// <summary>What all runs of a method get beyond the base.</summary>
    public IReadOnlyList<StudySetting> Settings { get; init; } = [];

    public IReadOnlyList<StudyRow> Rows { get; init; } = [];

    /// <summary>What is to be confirmed; null = everything is exploratory.</summary>
    public StudyFocus? Focus { get; init; }
}
