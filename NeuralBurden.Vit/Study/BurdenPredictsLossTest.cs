namespace NeuralBurden.Vit.Study;

/// <summary>
/// T7: burden predicts loss. Over unmerged pruned runs, the partial rank correlation of the burden and the accuracy lost
/// against the dense run of the same seed, given sparsity.
/// </summary>
/// <remarks>
/// The burden is B, mean over layers, where all runs of at least two methods have it, else p95 of K over that of the
/// dense run; both are shown where they exist. Frozen masks and gamma = 0 count as methods. The interval resamples
/// whole cells (method and sparsity): repeats of a cell are no new evidence; at least 8 cells. Supported: the
/// correlation is found. Refuted: its interval ends below 0.2. Else undecided.
/// </remarks>
internal static class BurdenPredictsLossTest
{
    private const double LeastCorrelation = 0.2;
    private const int LeastCells = 8;

    public static TestOutcome Run(StudyIndex study)
    {
        var outcome = new TestOutcome
        {
            Id = "T7",
            Hypothesis = "Burden predicts the loss of accuracy beyond sparsity itself.",
            Observation = "Partial rank correlation of burden and accuracy lost, given sparsity, over pruned runs.",
            Control = "Sparsity, which both depend on, is partialled out.",
        };
        var byB = Correlation(study, r => study.Mean(r, StudyMeasures.Burden));
        var byK = Correlation(study, r => study.TwinRatio(r, StudyMeasures.Contribution + StudyMeasures.P95));
        var main = byB ?? byK;
        if (main is not { } correlation) return outcome.Missing($"It needs the burden of {LeastCells} cells or more.");
        List<Effect> effects = [];
        if (byB is { } b) effects.Add(new Effect("B and accuracy lost, given s", b, EffectUnit.Correlation));
        if (byK is { } k) effects.Add(new Effect("p95 of K and accuracy lost, given s", k, EffectUnit.Correlation));
        var verdict = VerdictRule.Of(correlation, LeastCorrelation);
        string measure = byB is null ? "p95 of K" : "B";
        string reason = verdict switch
        {
            Verdict.Supported => $"{measure} tells more about the loss than sparsity alone.",
            Verdict.Refuted => $"Given sparsity, {measure} does not go with a higher loss.",
            _ => "The interval includes both no correlation and one that would matter.",
        };
        return outcome.With(verdict, reason, effects);
    }

    private static Interval? Correlation(StudyIndex study, Func<StudyRun, double?> burden)
    {
        var runs = study.Data.Runs
            .Where(r => r.Role is StudyRole.Pruned or StudyRole.Frozen or StudyRole.GammaZero)
            .Select(r => (Run: r, Burden: burden(r), Loss: study.Dense(r.Seed)?.Accuracy - r.Accuracy))
            .Where(r => r.Burden is { } b && double.IsFinite(b) && r.Loss is not null)
            .Select(r => (r.Run, Burden: r.Burden!.Value, Loss: r.Loss!.Value))
            .ToList();
        if (runs.Select(r => (r.Run.Role, r.Run.Method)).Distinct().Count() < 2) return null;
        var cells = runs.GroupBy(r => r.Run.Cell).Select(g => (IReadOnlyList<(StudyRun, double, double)>)[.. g]).ToList();
        if (cells.Count < LeastCells) return null;
        return Bootstrap.Of(cells, rows => RankCorrelation.Partial(
            [.. rows.Select(r => r.Item2)], [.. rows.Select(r => r.Item3)], [.. rows.Select(r => r.Item1.Sparsity)]));
    }
}
