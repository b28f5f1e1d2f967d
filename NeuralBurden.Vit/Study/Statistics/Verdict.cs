namespace NeuralBurden.Vit.Study.Statistics;

/// <summary>What the data of a study say about a hypothesis.</summary>
public enum Verdict
{
    /// <summary>The study lacks the runs or the measures that the hypothesis needs.</summary>
    NotMeasured,

    /// <summary>Measured, and both answers are open.</summary>
    Undecided,

    /// <summary>The effect is there and large enough to matter.</summary>
    Supported,

    /// <summary>The effect is smaller than what would matter, or goes the other way.</summary>
    Refuted,
}

/// <summary>How verdicts are told.</summary>
public static class VerdictText
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.NotMeasured => "not measured",
        Verdict.Undecided => "undecided",
        Verdict.Supported => "supported",
        _ => "refuted",
    };
}
