namespace NeuralBurden.Vit.Study;

/// <summary>
/// T6: re-activation relieves. pdwp, whose pruned weights may return, against the strongest frozen mask of the study
/// (highest mean accuracy) at equal sparsity, seed and steps; and against itself with gamma = 0, where pruned weights
/// get no gradient.
/// </summary>
/// <remarks>
/// Differences per sparsity and seed. Supported: pdwp is more accurate and has a lower p95 of K than the frozen mask
/// (both found), weights do return (mean return rate above 0), and pdwp is more accurate than with gamma = 0 (found).
/// Refuted: the gain over the frozen mask, the relief of K, or the gain over gamma = 0 is excluded. Else undecided;
/// without the gamma = 0 control never supported.
/// </remarks>
internal static class ReactivationTest
{
    private const string Method = "pdwp";
    private const string K = StudyMeasures.Contribution + StudyMeasures.P95;

    public static TestOutcome Run(StudyIndex study)
    {
        var outcome = new TestOutcome
        {
            Id = "T6",
            Hypothesis = "Letting pruned weights return relieves the survivors.",
            Observation = "pdwp against the strongest frozen mask: accuracy, p95 of the contribution K, return rate.",
            Control = "pdwp with \u03b3 = 0: as many steps, but no gradient reaches pruned weights.",
        };
        var frozen = study.Of(StudyRole.Frozen)
            .Where(r => study.Find(StudyRole.Pruned, Method, r.Sparsity, r.Seed) is not null)
            .GroupBy(r => r.Method)
            .OrderByDescending(g => g.Average(r => r.Accuracy))
            .ToList();
        if (frozen.Count == 0) return outcome.Missing("It needs pdwp and a frozen mask at equal sparsities.");
        var effects = new List<Effect>();
        Interval gain = default, relief = default;
        foreach (var method in frozen)
        {
            var over = Bootstrap.Mean(StudyIndex.Strata(method, r => r.Sparsity, r => Pdwp(study, r).Accuracy - r.Accuracy));
            var less = Bootstrap.Mean(StudyIndex.Strata(
                method, r => r.Sparsity, r => study.LogRatio(r, Pdwp(study, r), K)));
            effects.Add(new Effect($"Accuracy, pdwp less {method.Key}", over, EffectUnit.Points));
            if (less.Values > 0) effects.Add(new Effect($"p95 of K, {method.Key} over pdwp", less, EffectUnit.Factor));
            if (method == frozen[0]) (gain, relief) = (over, less);
        }

        var zero = Bootstrap.Mean(StudyIndex.Strata(
            study.Of(StudyRole.GammaZero).Where(r => r.Method == Method
                && study.Find(StudyRole.Pruned, Method, r.Sparsity, r.Seed) is not null),
            r => r.Sparsity,
            r => Pdwp(study, r).Accuracy - r.Accuracy));
        if (zero.Values > 0) effects.Add(new Effect("Accuracy, pdwp less \u03b3 = 0", zero, EffectUnit.Points));
        var returns = Bootstrap.Mean(StudyIndex.Strata(
            study.Of(StudyRole.Pruned).Where(r => r.Method == Method), r => r.Sparsity, r => r.ReturnRate));
        if (returns.Values > 0) effects.Add(new Effect("Return rate of pdwp", returns, EffectUnit.Share));
        var (verdict, reason) = Judge(gain, relief, zero, returns, frozen[0].Key);
        return outcome.With(verdict, reason, effects);
    }

    private static (Verdict, string) Judge(Interval gain, Interval relief, Interval zero, Interval returns, string frozen)
    {
        if (VerdictRule.IsExcluded(gain, VerdictRule.LeastAccuracy))
            return (Verdict.Refuted, $"pdwp is no more accurate than {frozen}, the strongest frozen mask.");
        if (relief.Values > 0 && VerdictRule.IsExcluded(relief, VerdictRule.LeastLoad))
            return (Verdict.Refuted, $"pdwp does not lower p95 of K against {frozen}, the strongest frozen mask.");
        if (zero.Values > 0 && VerdictRule.IsExcluded(zero, VerdictRule.LeastAccuracy))
        {
            return (Verdict.Refuted,
                "Without gradients to pruned weights (\u03b3 = 0) it does equally well: what helps is not re-activation.");
        }

        if (!VerdictRule.IsFound(gain)) return (Verdict.Undecided, $"Whether pdwp is more accurate than {frozen} is open.");
        if (relief.Values == 0 || zero.Values == 0)
        {
            return (Verdict.Undecided,
                $"pdwp is more accurate than {frozen}; the measure of K or the \u03b3 = 0 control is missing.");
        }

        bool all = VerdictRule.IsFound(relief) && VerdictRule.IsFound(zero) && returns.Estimate > 0;
        return all
            ? (Verdict.Supported,
                $"pdwp is more accurate than {frozen} and than \u03b3 = 0, with a lower p95 of K and weights that return.")
            : (Verdict.Undecided, $"pdwp is more accurate than {frozen}; the relief of K or the gain over \u03b3 = 0 is open.");
    }

    private static StudyRun Pdwp(StudyIndex study, StudyRun run) =>
        study.Find(StudyRole.Pruned, Method, run.Sparsity, run.Seed)!;
}
