namespace NeuralBurden.Vit.Study;

/// <summary>
/// T4: merging relieves. In the blocks where merging has shortened the sequence, the signal error eps and p95 of the
/// contribution per token K, against the same method, sparsity and seed without merging, at sparsities above 0.
/// </summary>
/// <remarks>
/// The relief of a measure is the logarithm of unmerged over merged; amounts r are averaged within a seed. Controls
/// merge as many tokens in ways that should not help (random pairs, dropping, pooling, keeping norms); the advantage is
/// the logarithm of control over merging, averaged over controls. Supported: relief of eps and of K is found and so is
/// the advantage of both. Refuted: relief of either is excluded (only the load per image falls), or the advantage of
/// both is (controls do as well). Else undecided; without controls never supported.
/// </remarks>
internal static class MergingReliefTest
{
    private const string K = StudyMeasures.Contribution + StudyMeasures.P95;
    private const string R = StudyMeasures.ImageLoad + StudyMeasures.Mean;

    public static TestOutcome Run(StudyIndex study)
    {
        var outcome = new TestOutcome
        {
            Id = "T4",
            Hypothesis = "Token merging relieves the surviving neurons, per token and not just per image.",
            Observation = "Signal error \u03b5 and p95 of the contribution per token K, without over with merging.",
            Control = "Random pairs, dropped tokens, 2\u00d72 pooling, norm-preserving merge of as many tokens.",
        };
        var merged = study.Of(StudyRole.Merged).Where(r => r.Sparsity > 0).ToList();
        var reliefK = Relief(study, merged, K);
        if (reliefK.Values == 0) return outcome.Missing("It needs the burden of pruned runs with and without merging.");
        var reliefE = Relief(study, merged, StudyMeasures.SignalError);
        var reliefR = Relief(study, merged, R);
        var overE = Advantage(study, merged, StudyMeasures.SignalError);
        var overK = Advantage(study, merged, K);
        List<Effect> effects =
        [
            new("p95 of K, without over with merging", reliefK, EffectUnit.Factor),
            new("\u03b5, without over with merging", reliefE, EffectUnit.Factor),
            new("Load per image, without over with merging", reliefR, EffectUnit.Factor),
            new("p95 of K, controls over merging", overK, EffectUnit.Factor),
            new("\u03b5, controls over merging", overE, EffectUnit.Factor),
        ];
        var (verdict, reason) = Judge(reliefE, reliefK, overE, overK);
        return outcome.With(verdict, reason, [.. effects.Where(e => e.Interval.Values > 0)]);
    }

    private static (Verdict, string) Judge(Interval reliefE, Interval reliefK, Interval overE, Interval overK)
    {
        double least = VerdictRule.LeastLoad;
        if (VerdictRule.IsExcluded(reliefK, least))
            return (Verdict.Refuted, "p95 of K per token does not fall with merging.");
        if (VerdictRule.IsExcluded(reliefE, least)) return (Verdict.Refuted, "\u03b5 does not fall with merging.");
        bool noBetter = overK.Values > 0 && VerdictRule.IsExcluded(overK, least)
            && (overE.Values == 0 || VerdictRule.IsExcluded(overE, least));
        if (noBetter)
            return (Verdict.Refuted, "Merging that should not help does equally well.");
        if (reliefE.Values == 0) return (Verdict.Undecided, "\u03b5 was not measured on these runs; K alone does not decide.");
        bool relieves = VerdictRule.IsFound(reliefE) && VerdictRule.IsFound(reliefK);
        if (!relieves) return (Verdict.Undecided, "Whether \u03b5 and K both fall with merging is open.");
        if (overE.Values == 0 || overK.Values == 0) return (Verdict.Undecided, "Both fall, but no control says why.");
        return VerdictRule.IsFound(overE) && VerdictRule.IsFound(overK)
            ? (Verdict.Supported, "\u03b5 and p95 of K both fall, and further than with the controls.")
            : (Verdict.Undecided, "Both fall; whether further than with the controls is open.");
    }

    private static Interval Relief(StudyIndex study, List<StudyRun> merged, string measure) => Seedwise(
        merged,
        run => study.LogRatio(study.Unmerged(run), run, measure, (unmerged, own) => own.Tokens < unmerged.Tokens));

    private static Interval Advantage(StudyIndex study, List<StudyRun> merged, string measure)
    {
        var controls = study.Of(StudyRole.MergeControl).Where(c => c.Sparsity > 0)
            .ToLookup(c => (c.Method, c.Sparsity, c.R, c.Seed));
        return Seedwise(merged, run =>
        {
            var values = controls[(run.Method, run.Sparsity, run.R, run.Seed)]
                .Select(control => study.LogRatio(control, run, measure, (c, own) => Shortened(study, run, own)))
                .OfType<double>().ToList();
            return values.Count == 0 ? null : values.Average();
        });
    }

    private static bool Shortened(StudyIndex study, StudyRun run, StudyLayer own) =>
        study.Unmerged(run) is not { } unmerged
        || study.End(unmerged).FirstOrDefault(l => l.Layer == own.Layer) is not { } whole || own.Tokens < whole.Tokens;

    // One value per method, sparsity and seed: amounts and kinds share the run without merging.
    private static Interval Seedwise(List<StudyRun> runs, Func<StudyRun, double?> figure) =>
        Bootstrap.Mean(runs.GroupBy(r => (r.Method, r.Sparsity)).Select(cell => (IReadOnlyList<double>)[.. cell
            .GroupBy(r => r.Seed)
            .Select(seed => seed.Select(figure).OfType<double>().ToList())
            .Where(values => values.Count > 0)
            .Select(values => values.Average())]));
}
