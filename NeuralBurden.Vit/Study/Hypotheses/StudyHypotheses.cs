using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>
/// T0 to T8 on a study's data. What an intact plan lists is confirmatory: its runs alone, corrected by Holm over all of its
/// endpoints. Everything else is exploratory: all runs, without correction. Nothing is pooled over methods.
/// </summary>
public static class StudyHypotheses
{
    public static IReadOnlyList<Hypothesis> All { get; } =
    [
        new RemedyHypothesis(), new LoadHypothesis(), new CompensationHypothesis(), new BoundaryHypothesis(),
        new ReliefHypothesis(), new MatchingHypothesis(), new RecoveryHypothesis(), new ReactivationHypothesis(),
        new PredictionHypothesis(), new SilencingHypothesis(),
    ];

    /// <summary>How a verdict is reached, as a plan states it.</summary>
    public static IReadOnlyList<string> Rules { get; } =
    [
        "A verdict rests on one primary statistic: one number a seed, mostly a difference of two runs of that seed; "
            + "intervals are Student's t over seeds, of at least 3 seeds.",
        "Least effects that matter (SESOI): 0.5 points of accuracy, 0.05 of the logarithm of a load, "
            + "0.05 of sparsity, 0.3 of a correlation.",
        "Supported: the corrected interval lies beyond 0 in the direction claimed, and the estimate beyond the SESOI.",
        "Refuted: the corrected interval lies wholly below the SESOI, or on the other side.",
        "Where two things are claimed to coincide: supported when the interval lies within \u00b1 the SESOI, "
            + "refuted when it lies outside.",
        "Else undecided, with the effect that the data would have found four times in five.",
        "Holm over the m endpoints of the plan: the k-th smallest p gets the level 1 - 0.05 / (m - k + 1), up to the first "
            + "p that is too large, whose level all behind it keep. Lower ends are ordered by the p of no effect, upper ends by "
            + "the p of an effect of the SESOI or more.",
        "No verdict before all planned runs are there.",
        "Decided per data set and method, never pooled over methods.",
    ];

    /// <summary>The hypothesis of an id; null for an unknown one.</summary>
    public static Hypothesis? Find(string id) => All.FirstOrDefault(h => h.Id == id);

    /// <summary>All ten at the study's main selection; none for a study that prunes nothing.</summary>
    public static IReadOnlyList<HypothesisOutcome> Of(StudyData data)
    {
        var every = new StudyArms(data.Runs, data.TestImages);
        if (StudySelection.Main(data, every) is not { } main) return [];
        var planned = data is { Plan: { } plan, PlanBroken: null }
            ? plan.Endpoints.Select(e => e.Id).Where(id => Find(id) is not null).ToList()
            : [];
        var confirming = new StudyArms(data.Runs.Where(data.IsConfirmatory), data.TestImages);
        int interim = planned.Count == 0 ? 0 : Absent(data);
        var findings = All.Select(h => h.Measure(planned.Contains(h.Id) ? confirming : every, main)).ToList();
        var family = planned.Select(id => All.Index().First(h => h.Item.Id == id).Index).ToList();
        var judged = VerdictRule.Family([.. family.Select(i => (All[i].Claim, findings[i].Mean))]);
        return [.. All.Select((hypothesis, i) =>
        {
            int place = family.IndexOf(i);
            var judgement = place >= 0 ? judged[place] : VerdictRule.Alone(hypothesis.Claim, findings[i].Mean);
            return new HypothesisOutcome(hypothesis, main, findings[i], judgement, place >= 0, place >= 0 ? interim : 0);
        })];
    }

    /// <summary>The same at every other method, sparsity and length, exploratory; what was not measured is left out.</summary>
    public static IReadOnlyList<HypothesisOutcome> Elsewhere(StudyData data)
    {
        var arms = new StudyArms(data.Runs, data.TestImages);
        if (StudySelection.Main(data, arms) is not { } main) return [];
        return [.. from at in StudySelection.Others(arms, main)
                   from hypothesis in All
                   where Asked(hypothesis, at, main)
                   let finding = hypothesis.Measure(arms, at)
                   where finding.Mean is { Count: > 1 }
                   select new HypothesisOutcome(
                       hypothesis, at, finding, VerdictRule.Alone(hypothesis.Claim, finding.Mean), false, 0)];
    }

    // T2 and T3 have methods of their own; T0 and T6 are about the method under test; T7 is of all lengths together.
    private static bool Asked(Hypothesis hypothesis, StudySelection at, StudySelection main) => hypothesis switch
    {
        CompensationHypothesis or BoundaryHypothesis => false,
        RemedyHypothesis or ReactivationHypothesis => at.Method == main.Method,
        PredictionHypothesis => at.Epochs == main.Epochs,
        _ => true,
    };

    // A run that failed will not come.
    private static int Absent(StudyData data)
    {
        var there = data.Runs.Select(r => r.Id).ToHashSet();
        return data.Plan!.Runs.Count(id => !there.Contains(id)
            && !data.Failures.Any(f => f.StartsWith(id, StringComparison.Ordinal)));
    }
}
