namespace NeuralBurden.Vit.Study;

/// <summary>
/// T1: the survivors carry more. U is the load per surviving synapse, K the contribution of a unit, both as quantiles
/// over units relative to the dense run of the same seed (units of different networks are not aligned), averaged over
/// layers as logarithms.
/// </summary>
/// <remarks>
/// Per method and seed, Spearman's correlation of sparsity with the median of U and with p95 of K, over at least four
/// sparsities, 0 included. Supported: both correlations are 0.9 or more with intervals above 0; at least 80 % of the
/// median U lie between 1 and 1/(1-s); and at equal parameter count the median U of pruned networks exceeds that of the
/// small dense ones (interval above 0). Refuted: either falls with sparsity (its interval lies below 0), both intervals
/// lie below 0.9, or the small dense networks show as much (the excess is excluded). Else undecided; without small
/// dense networks never supported.
/// </remarks>
internal static class SurvivorLoadTest
{
    private const string U = StudyMeasures.SynapseLoad + StudyMeasures.Median;
    private const string K = StudyMeasures.Contribution + StudyMeasures.P95;
    private const double Strong = 0.9;
    private const double ShareInside = 0.8;

    public static TestOutcome Run(StudyIndex study)
    {
        var outcome = new TestOutcome
        {
            Id = "T1",
            Hypothesis = "The neurons and synapses that survive carry more.",
            Observation = "Median load per surviving synapse U and p95 of the contribution per unit K, over the dense run "
                + "of the same seed, against sparsity: Spearman's \u03c1 per method and seed.",
            Control = "Small dense networks with as many parameters; a random fixed mask.",
        };
        var pruned = study.Of(StudyRole.Pruned).ToList();
        var (rhoU, rhoK) = (Correlation(study, U), Correlation(study, K));
        if (rhoU.Values == 0 || rhoK.Values == 0)
            return outcome.Missing("It needs the burden of pruned and dense runs at four sparsities or more, 0 included.");
        var excess = Excess(study, r => study.Find(StudyRole.SmallDense, "dense", r.Sparsity, r.Seed));
        var random = Excess(study, r => study.Find(StudyRole.Frozen, "static-random", r.Sparsity, r.Seed));
        var inside = pruned.Select(r => (r.Sparsity, Ratio: study.TwinRatio(r, U))).Where(v => v.Ratio is not null).ToList();
        double share = inside.Count(v => v.Ratio >= 1 && v.Ratio <= 1 / (1 - v.Sparsity)) / (double)inside.Count;
        List<Effect> effects =
        [
            new("Median U against sparsity", rhoU, EffectUnit.Correlation),
            new("p95 of K against sparsity", rhoK, EffectUnit.Correlation),
        ];
        if (excess.Values > 0) effects.Add(new("Median U, pruned over small dense", excess, EffectUnit.Factor));
        if (random.Values > 0) effects.Add(new("Median U, pruned over a random fixed mask", random, EffectUnit.Factor));
        var (verdict, reason) = Judge(rhoU, rhoK, excess, share);
        return outcome.With(verdict, reason, effects);
    }

    private static (Verdict, string) Judge(Interval rhoU, Interval rhoK, Interval excess, double inside)
    {
        bool shortU = rhoU.IsFinite && rhoU.High < Strong, shortK = rhoK.IsFinite && rhoK.High < Strong;
        if (shortU && shortK) return (Verdict.Refuted, "Neither U nor K rises steadily with sparsity.");
        if (rhoK.IsFinite && rhoK.High < 0)
        {
            return (Verdict.Refuted, Rises(rhoU)
                ? "Synapses carry more (U rises with sparsity), but units do not: K falls."
                : "K falls with sparsity: units carry less.");
        }

        if (rhoU.IsFinite && rhoU.High < 0) return (Verdict.Refuted, "U falls with sparsity: synapses carry less.");
        if (excess.Values > 0 && VerdictRule.IsExcluded(excess, VerdictRule.LeastLoad))
        {
            return (Verdict.Refuted,
                "Small dense networks of equal parameter count show as much U: capacity explains it, not pruning.");
        }

        bool rises = Rises(rhoU) && Rises(rhoK);
        if (!rises) return (Verdict.Undecided, "U and K do not both rise steadily, or their intervals leave it open.");
        if (inside < ShareInside)
            return (Verdict.Undecided, $"Both rise, but only {inside:0 %} of U lie between 1 and 1/(1\u2212s).");
        if (excess.Values == 0)
            return (Verdict.Undecided, "Both rise, but no small dense network says whether capacity does it.");
        return VerdictRule.IsFound(excess)
            ? (Verdict.Supported, "Both rise, U stays between 1 and 1/(1\u2212s), and exceeds that of small dense networks.")
            : (Verdict.Undecided, "Both rise, but whether U exceeds that of small dense networks is open.");
    }

    private static bool Rises(Interval rho) => rho.Estimate >= Strong && VerdictRule.IsFound(rho);

    private static Interval Correlation(StudyIndex study, string measure)
    {
        var strata = study.Methods.Select(method => (IReadOnlyList<double>)[.. study.Seeds
            .Select(seed => Rho(study, method, seed, measure)).OfType<double>().Where(double.IsFinite)]);
        return Bootstrap.Mean(strata);
    }

    private static double? Rho(StudyIndex study, string method, int seed, string measure)
    {
        var points = study.Sparsities
            .Select(s => (S: s, Run: study.Find(StudyRole.Pruned, method, s, seed)))
            .Where(p => p.Run is not null)
            .Select(p => (p.S, Y: study.LogRatio(p.Run, study.Dense(seed), measure)))
            .Where(p => p.Y is not null)
            .Select(p => (p.S, Y: p.Y!.Value))
            .Prepend((S: 0.0, Y: 0.0))
            .ToList();
        return points.Count < 4 ? null : RankCorrelation.Spearman([.. points.Select(p => p.S)], [.. points.Select(p => p.Y)]);
    }

    // One value per sparsity and seed: the control is one run, so methods are averaged before it is taken off.
    private static Interval Excess(StudyIndex study, Func<StudyRun, StudyRun?> control)
    {
        var strata = study.Sparsities.Select(s => (IReadOnlyList<double>)[.. study.Seeds.Select(seed =>
        {
            var values = study.Methods.Select(m => study.Find(StudyRole.Pruned, m, s, seed)).OfType<StudyRun>()
                .Select(r => study.LogRatio(r, control(r), U)).OfType<double>().ToList();
            return values.Count == 0 ? (double?)null : values.Average();
        }).OfType<double>()]);
        return Bootstrap.Mean(strata);
    }
}
