namespace NeuralBurden.Vit.Study;

/// <summary>What the data of a study say about a hypothesis.</summary>
public enum Verdict
{
    /// <summary>The study lacks the runs or the measures that the test needs.</summary>
    NotMeasured,

    /// <summary>Measured, but the intervals (or fewer than three seeds) leave both answers open.</summary>
    Undecided,

    /// <summary>The rule of the test finds the effect, and its controls do not explain it.</summary>
    Supported,

    /// <summary>The effect is smaller than the least that would matter, or a control shows as much of it.</summary>
    Refuted,
}
