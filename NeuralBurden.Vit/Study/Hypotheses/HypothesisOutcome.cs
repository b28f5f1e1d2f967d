using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>A hypothesis, what was found, and the verdict.</summary>
/// <param name="Confirmatory">Whether an intact plan lists it and all that was found comes from the runs of the plan.</param>
/// <param name="Interim">Planned runs that are not there yet, so that no verdict stands; 0 for none.</param>
public sealed record HypothesisOutcome(
    Hypothesis Hypothesis, StudySelection At, Finding Finding, Judgement Judgement, bool Confirmatory, int Interim)
{
    public string Id => Hypothesis.Id;

    /// <summary>
    /// While planned runs are missing, no verdict: looking early and often would find anything. Nothing is supported against
    /// rivals that are not there.
    /// </summary>
    public Verdict Verdict => Judgement.Verdict switch
    {
        Verdict.NotMeasured => Verdict.NotMeasured,
        _ when Interim > 0 => Verdict.Undecided,
        Verdict.Supported when Finding.AbsentRivals is not null => Verdict.Undecided,
        var verdict => verdict,
    };

    /// <summary>Primary statistic with its corrected interval, such as <c>× 1.43 [1.30, 1.57]</c>.</summary>
    public string Figure => Judgement.Mean is { } mean
        ? FigureText.Of(Hypothesis.Unit, mean.Mean, Judgement.Interval)
        : "none";

    /// <summary>The rule's condition that the data met, or what is missing.</summary>
    public string Reason
    {
        get
        {
            string least = FigureText.Size(Hypothesis.Unit, Hypothesis.Claim.Least);
            if (Finding.Missing is { } missing) return missing;
            if (Interim > 0) return $"{Interim} planned runs are not there yet; a verdict waits for all of them.";
            if (Judgement.Mean is not { } mean) return "Nothing was measured.";
            if (mean.Count < VerdictRule.LeastSeeds)
                return $"A verdict needs {VerdictRule.LeastSeeds} seeds; there are {mean.Count}.";
            if (!Judgement.Interval.IsFinite) return "All seeds tie, so there is no interval.";
            if (Judgement.Verdict == Verdict.Supported && Finding.AbsentRivals is { } absent)
                return $"There is no run of {absent}, which may be stronger.";
            return (Judgement.Verdict, Hypothesis.Claim.Coincides) switch
            {
                (Verdict.Supported, false) => $"The interval lies beyond no effect, and the estimate beyond {least}.",
                (Verdict.Supported, true) => $"The interval lies within \u00b1{least}.",
                (Verdict.Refuted, true) => $"The interval lies outside \u00b1{least}.",
                (Verdict.Refuted, _) when Judgement.Interval.High < 0 => "The effect goes the other way.",
                (Verdict.Refuted, _) => $"The interval lies below {least}, the least that would matter.",
                _ => $"Both answers are open; an effect of {Detectable} would have been found four times in five.",
            };
        }
    }

    /// <summary>The effect that these data would have found four times in five.</summary>
    public string Detectable => FigureText.Size(Hypothesis.Unit, Judgement.Detectable);
}
