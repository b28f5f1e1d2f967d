namespace NeuralBurden.Vit.Study;

/// <summary>
/// What counts as a reproduction of arXiv 2407.16716, whose tables are not public: its claims, (a) to (d), each from the
/// data by a rule of this project.
/// </summary>
public static class StudyClaims
{
    /// <summary>The claims with verdict and reason.</summary>
    public static IReadOnlyList<(string Claim, Verdict Verdict, string Reason)> Of(
        StudyData data, IReadOnlyList<TestOutcome> outcomes)
    {
        var study = new StudyIndex(data);
        Verdict Test(string id) => outcomes.First(o => o.Id == id).Verdict;
        (string, Verdict, string)[] claims =
        [
            Falls(study),
            Boundary(Test("T1"), Test("T3")),
            Merging(study, Test("T5")),
            Persistent(study),
        ];
        return study.Seeds.Count >= VerdictRule.LeastSeeds
            ? claims
            : [.. claims.Select(c =>
                c.Item2 == Verdict.NotMeasured ? c : (c.Item1, Verdict.Undecided, "Fewer than three seeds."))];
    }

    // (a) At the highest sparsity, for every method, the loss is found; refuted where it is excluded for every method.
    private static (string, Verdict, string) Falls(StudyIndex study)
    {
        const string Claim = "(a) Pruning during training loses accuracy at high sparsity.";
        if (study.Sparsities.Count == 0 || study.Of(StudyRole.Dense).FirstOrDefault() is null)
            return (Claim, Verdict.NotMeasured, "No pruned or no dense run is finished.");
        double highest = study.Sparsities[^1];
        var losses = study.Methods.Select(method =>
        {
            var values = study.Seeds
                .Select(s => study.Dense(s)?.Accuracy - study.Find(StudyRole.Pruned, method, highest, s)?.Accuracy)
                .OfType<double>();
            return new Effect(method, Bootstrap.Mean([(IReadOnlyList<double>)[.. values]]), EffectUnit.Points);
        }).ToList();
        string told = $"At {highest:0.##}: " + string.Join("; ", losses.Select(l => $"{l.Name} {l}")) + " below dense.";
        if (losses.All(l => VerdictRule.IsFound(l.Interval))) return (Claim, Verdict.Supported, told);
        bool none = losses.All(l => VerdictRule.IsExcluded(l.Interval, VerdictRule.LeastAccuracy));
        return (Claim, none ? Verdict.Refuted : Verdict.Undecided, told);
    }

    private static (string, Verdict, string) Boundary(Verdict load, Verdict boundary)
    {
        const string Claim = "(b) Survivors carry more (T1), or there is a recovery boundary (T3).";
        Verdict[] both = [load, boundary];
        if (both.Contains(Verdict.Supported)) return (Claim, Verdict.Supported, "At least one of T1 and T3 is supported.");
        if (both.All(v => v == Verdict.Refuted)) return (Claim, Verdict.Refuted, "T1 and T3 are refuted.");
        return both.All(v => v == Verdict.NotMeasured)
            ? (Claim, Verdict.NotMeasured, "Neither was measured.")
            : (Claim, Verdict.Undecided, "Neither is supported, and not both are refuted.");
    }

    // (c) The gain at s >= 0.9 is found for two methods, and T5 is supported; refuted where it is excluded for all.
    private static (string, Verdict, string) Merging(StudyIndex study, Verdict specificity)
    {
        const string Claim = "(c) Single-pass merging raises accuracy at s \u2265 0.9 for two methods or more, beyond what it "
            + "does at s = 0.";
        var gains = ReliefSpecificityTest.Gains(study).Where(g => g.Sparsity >= ReliefSpecificityTest.High)
            .GroupBy(g => g.Method)
            .Select(g => (Method: g.Key, Gain: new Effect(g.Key, Bootstrap.Mean(g.Select(c => c.Values)), EffectUnit.Points)))
            .ToList();
        if (gains.Count == 0) return (Claim, Verdict.NotMeasured, "No pruned run with merging is finished.");
        string told = "Gains: " + string.Join("; ", gains.Select(g => $"{g.Method} {g.Gain}")) + ".";
        int found = gains.Count(g => VerdictRule.IsFound(g.Gain.Interval));
        if (found >= 2 && specificity == Verdict.Supported) return (Claim, Verdict.Supported, told);
        int excluded = gains.Count(g => VerdictRule.IsExcluded(g.Gain.Interval, VerdictRule.LeastAccuracy));
        bool impossible = gains.Count - excluded < 2 || specificity == Verdict.Refuted;
        return (Claim, impossible && gains.Count >= 2 ? Verdict.Refuted : Verdict.Undecided, told);
    }

    // (d) "At least equals": the interval of pdwp less the strongest frozen mask lies above -0.5 points.
    private static (string, Verdict, string) Persistent(StudyIndex study)
    {
        const string Claim = "(d) pdwp at least equals a frozen mask.";
        var strongest = study.Of(StudyRole.Frozen)
            .Where(r => study.Find(StudyRole.Pruned, "pdwp", r.Sparsity, r.Seed) is not null)
            .GroupBy(r => r.Method).OrderByDescending(g => g.Average(r => r.Accuracy)).FirstOrDefault();
        if (strongest is null) return (Claim, Verdict.NotMeasured, "No frozen mask beside pdwp is finished.");
        var gain = Bootstrap.Mean(StudyIndex.Strata(
            strongest, r => r.Sparsity, r => study.Find(StudyRole.Pruned, "pdwp", r.Sparsity, r.Seed)!.Accuracy - r.Accuracy));
        string told = $"pdwp less {strongest.Key}: {new Effect("", gain, EffectUnit.Points)}.";
        var verdict = gain.IsFinite && gain.Low > -VerdictRule.LeastAccuracy ? Verdict.Supported
            : gain.IsFinite && gain.High < 0 ? Verdict.Refuted
            : Verdict.Undecided;
        return (Claim, verdict, told);
    }
}
