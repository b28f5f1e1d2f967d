namespace NeuralBurden.Vit.Study;

/// <summary>
/// T3: a recovery boundary exists. eps_opt is the least error that any rates reach through the surviving decoders, mean
/// over layers; a layer is past the boundary above 0.05.
/// </summary>
/// <remarks>
/// Per method and seed, the knee of eps_opt over the sparsity grid and that of test accuracy, grid steps taken as equal
/// (<see cref="Knee"/>); at least five points. Only methods whose accuracy falls count: at the highest sparsity it lies
/// at least 0.5 points below dense (found). Supported: eps_opt at the highest sparsity is found above 0.05, both mean
/// strengths of knee are at least 0.2, and the knees are at most one grid step apart (interval ends at 1). Refuted:
/// accuracy falls and eps_opt stays below 0.05 (interval), or the knees are more than one step apart. Else undecided.
/// </remarks>
internal static class RecoveryBoundaryTest
{
    private const double Boundary = 0.05;
    private const double ClearKnee = 0.2;
    private const int LeastPoints = 5;

    public static TestOutcome Run(StudyIndex study)
    {
        var outcome = new TestOutcome
        {
            Id = "T3",
            Hypothesis = "There is a recovery boundary: a sparsity past which no rates can represent the signal.",
            Observation = "Knees of the best achievable error \u03b5_opt and of accuracy over the sparsity grid.",
            Control = "Accuracy that falls while \u03b5_opt stays flat would be a limit of optimisation instead.",
        };
        var runs = study.Of(StudyRole.Pruned).Where(r => study.Mean(r, StudyMeasures.BestError) is not null).ToList();
        if (runs.Count == 0 || study.Sparsities.Count + 1 < LeastPoints)
            return outcome.Missing($"It needs \u03b5_opt at {LeastPoints} sparsities or more, 0 included.");
        double highest = study.Sparsities[^1];
        var end = runs.Where(r => r.Sparsity == highest).ToList();
        var fall = Bootstrap.Mean(StudyIndex.Strata(end, r => r.Method, r => study.Dense(r.Seed)?.Accuracy - r.Accuracy));
        var past = Bootstrap.Mean(StudyIndex.Strata(
            end, r => r.Method, r => study.Mean(r, StudyMeasures.BestError) - Boundary));
        var knees = end.Select(r => (r.Method, Pair: Knees(study, r.Method, r.Seed))).Where(k => k.Pair is not null)
            .Select(k => (k.Method, k.Pair!.Value.Error, k.Pair.Value.Accuracy)).ToList();
        var apart = Bootstrap.Mean(knees.GroupBy(k => k.Method)
            .Select(g => (IReadOnlyList<double>)[.. g.Select(k => (double)Math.Abs(k.Error.Step - k.Accuracy.Step))]));
        List<Effect> effects =
        [
            new($"Accuracy lost at {highest:0.##} sparsity", fall, EffectUnit.Points),
            new($"\u03b5_opt at {highest:0.##} sparsity less 0.05", past, EffectUnit.Share),
        ];
        if (knees.Count > 0) effects.Add(new("Distance of the knees", apart, EffectUnit.Steps));
        bool clear = knees.Count > 0
            && knees.Average(k => k.Error.Strength) >= ClearKnee && knees.Average(k => k.Accuracy.Strength) >= ClearKnee;
        var (verdict, reason) = Judge(fall, past, apart, clear);
        return outcome.With(verdict, reason, effects);
    }

    private static (Verdict, string) Judge(Interval fall, Interval past, Interval apart, bool clear)
    {
        if (!VerdictRule.IsFound(fall) || fall.Estimate < VerdictRule.LeastAccuracy)
            return (Verdict.Undecided, "Accuracy is not found to fall on this grid, so there is no boundary to look for.");
        if (past.IsFinite && past.High < 0)
        {
            return (Verdict.Refuted,
                "Accuracy falls while \u03b5_opt stays below 0.05: optimisation is the limit, not representation.");
        }

        if (!VerdictRule.IsFound(past)) return (Verdict.Undecided, "Whether \u03b5_opt passes 0.05 is open.");
        if (!clear) return (Verdict.Undecided, "\u03b5_opt passes 0.05, but the curves have no clear knee.");
        if (apart.IsFinite && apart.Low > 1)
            return (Verdict.Refuted, "The knees of \u03b5_opt and accuracy are more than one grid step apart.");
        return apart.IsFinite && apart.High <= 1
            ? (Verdict.Supported, "\u03b5_opt passes 0.05, and its knee is within one grid step of that of accuracy.")
            : (Verdict.Undecided, "\u03b5_opt passes 0.05; whether the knees are within one grid step is open.");
    }

    private static (Knee Error, Knee Accuracy)? Knees(StudyIndex study, string method, int seed)
    {
        if (study.Dense(seed) is not { } dense) return null;
        var runs = study.Sparsities.Select(s => study.Find(StudyRole.Pruned, method, s, seed)).OfType<StudyRun>().ToList();
        var errors = runs.Select(r => study.Mean(r, StudyMeasures.BestError)).OfType<double>().Prepend(0).ToList();
        if (errors.Count < LeastPoints || errors.Count != runs.Count + 1) return null;
        return (Knee.Of(errors), Knee.Of([dense.Accuracy, .. runs.Select(r => r.Accuracy)])) is ({ } e, { } a)
            ? (e, a)
            : null;
    }
}
