namespace NeuralBurden.Vit.Study;

/// <summary>One of the tests T1 to T8 on a study's data.</summary>
public sealed record TestOutcome
{
    /// <summary>T1 to T8.</summary>
    public required string Id { get; init; }

    public required string Hypothesis { get; init; }

    /// <summary>What was looked at, over which runs.</summary>
    public required string Observation { get; init; }

    /// <summary>What would explain the observation otherwise.</summary>
    public required string Control { get; init; }

    public Verdict Verdict { get; init; }

    /// <summary>Why: the rule's conditions as the data met them, or what is missing.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The first is the one the verdict rests on most.</summary>
    public IReadOnlyList<Effect> Effects { get; init; } = [];

    public string VerdictText => TextOf(Verdict);

    internal static string TextOf(Verdict verdict) => verdict switch
    {
        Verdict.NotMeasured => "not measured",
        Verdict.Undecided => "undecided",
        Verdict.Supported => "supported",
        _ => "refuted",
    };

    internal TestOutcome With(Verdict verdict, string reason, params IReadOnlyList<Effect> effects) =>
        this with { Verdict = verdict, Reason = reason, Effects = effects };

    internal TestOutcome Missing(string what) => With(Verdict.NotMeasured, what);
}
