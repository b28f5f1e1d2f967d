namespace NeuralBurden.Vit.Study;

/// <summary>
/// T8: the causal check. The gap is the accuracy left without randomly chosen units less that left without as many of
/// highest K, in one trained network.
/// </summary>
/// <remarks>
/// Units are ranked by K, or by the contribution c itself where no reference gives K. The dense network is its own
/// reference, so K is 1 for all its units and ranks none: it is left out. Strata are method and sparsity. Growth is the
/// slope of the gap over the grid's steps, by least squares within method and seed. Supported: the gap is found and so is
/// its growth. Refuted: the gap is excluded. Else undecided.
/// </remarks>
internal static class SilencingTest
{
    public static TestOutcome Run(StudyIndex study)
    {
        var outcome = new TestOutcome
        {
            Id = "T8",
            Hypothesis = "The most burdened units are the ones that matter, the more so the sparser the network.",
            Observation = "Accuracy lost by silencing the units of highest K less that lost by silencing random ones.",
            Control = "As many random units of the same network.",
        };
        var pruned = study.Of(StudyRole.Pruned).Where(r => r.Silencing is not null).ToList();
        if (pruned.Count == 0) return outcome.Missing("No run has had units silenced.");
        var gap = Bootstrap.Mean(StudyIndex.Strata(pruned, r => r.Cell, r => r.Silencing!.Gap));
        var growth = Bootstrap.Mean(study.Methods.Select(method =>
            (IReadOnlyList<double>)[.. study.Seeds.Select(seed => Slope(study, method, seed)).OfType<double>()]));
        List<Effect> effects = [new("Gap at s > 0", gap, EffectUnit.Points)];
        if (growth.Values > 0) effects.Add(new("Growth of the gap per grid step", growth, EffectUnit.Points));
        var verdict = VerdictRule.IsExcluded(gap, VerdictRule.LeastAccuracy) ? Verdict.Refuted
            : VerdictRule.IsFound(gap) && VerdictRule.IsFound(growth) ? Verdict.Supported
            : Verdict.Undecided;
        string reason = verdict switch
        {
            Verdict.Supported => "Units of high K matter more than random ones, and increasingly so with sparsity.",
            Verdict.Refuted => "Silencing units of high K costs no more than silencing random ones.",
            _ when VerdictRule.IsFound(gap) && growth.IsFinite && growth.High < 0 =>
                "Units of high K matter more than random ones, but less so with sparsity.",
            _ when VerdictRule.IsFound(gap) => "Units of high K matter more than random ones; that the gap grows is not found.",
            _ => "Whether units of high K matter more than random ones is open.",
        };
        return outcome.With(verdict, reason, effects);
    }

    private static double? Slope(StudyIndex study, string method, int seed)
    {
        var gaps = study.Sparsities.Select(s => study.Find(StudyRole.Pruned, method, s, seed)?.Silencing?.Gap)
            .Select((gap, step) => (Step: (double)step, Gap: gap))
            .Where(g => g.Gap is not null)
            .ToList();
        return gaps.Count < 3
            ? null
            : MathNet.Numerics.Fit.Line([.. gaps.Select(g => g.Step)], [.. gaps.Select(g => g.Gap!.Value)]).B;
    }
}
