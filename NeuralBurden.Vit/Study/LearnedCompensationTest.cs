using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Study;

/// <summary>
/// T2: compensation is learned. Lambda is the mean rate of a layer's units over that of the reference network, right
/// after a mask change (t+) and again after the training that followed it.
/// </summary>
/// <remarks>
/// Logarithms averaged over layers and over all mask changes of a run that were measured both times; strata are method
/// and sparsity, one-shot pruning included: one large change with a long recovery. Supported: growth from t+ to recovery
/// and Lambda above 1 after it are found, and Lambda at t+ is not above 1 by 5 % (its interval ends below). Refuted:
/// growth is excluded. Else undecided.
/// </remarks>
internal static class LearnedCompensationTest
{
    private const string Rate = StudyMeasures.RateRatio + StudyMeasures.Mean;

    public static TestOutcome Run(StudyIndex study)
    {
        var outcome = new TestOutcome
        {
            Id = "T2",
            Hypothesis = "Compensation is learned, not instantaneous.",
            Observation = "Mean rate of the surviving units over the reference, \u039b, right after a mask change and after "
                + "the training that followed it.",
            Control = "The same run at t+.",
        };
        var runs = Candidates(study).Select(r => (Run: r, Pairs: Pairs(r))).Where(r => r.Pairs.Count > 0)
            .ToDictionary(r => r.Run.Id, r => r.Pairs);
        if (runs.Count == 0)
            return outcome.Missing("No run measured its burden right after a mask change and again after recovery.");
        var before = Over(study, runs, p => p.After);
        var recovered = Over(study, runs, p => p.Recovered);
        var growth = Over(study, runs, p => p.Recovered - p.After);
        var verdict = VerdictRule.IsExcluded(growth, VerdictRule.LeastLoad) ? Verdict.Refuted
            : VerdictRule.IsFound(growth) && VerdictRule.IsFound(recovered) && before.High < VerdictRule.LeastLoad
                ? Verdict.Supported
                : Verdict.Undecided;
        string reason = verdict switch
        {
            Verdict.Refuted => "Rates do not grow between a mask change and recovery.",
            Verdict.Supported => "Rates are at most those of the reference right after a mask change and above after recovery.",
            _ when VerdictRule.IsFound(growth) && !VerdictRule.IsFound(recovered) =>
                "Rates grow after a mask change, but are not found above those of the reference.",
            _ when VerdictRule.IsFound(growth) => "Rates grow after a mask change, but are above the reference already at t+.",
            _ => "Whether rates grow after a mask change is open.",
        };
        return outcome.With(
            verdict,
            reason,
            new Effect("\u039b after recovery over \u039b at t+", growth, EffectUnit.Factor),
            new Effect("\u039b at t+", before, EffectUnit.Factor),
            new Effect("\u039b after recovery", recovered, EffectUnit.Factor));
    }

    private static Interval Over(
        StudyIndex study,
        Dictionary<string, List<(double After, double Recovered)>> runs,
        Func<(double After, double Recovered), double> figure) =>
        Bootstrap.Mean(StudyIndex.Strata(
            Candidates(study).Where(r => runs.ContainsKey(r.Id)),
            r => r.Cell,
            r => runs[r.Id].Average(figure)));

    private static IEnumerable<StudyRun> Candidates(StudyIndex study) =>
        study.Of(StudyRole.Pruned).Concat(study.Of(StudyRole.Frozen));

    // Each measured mask change with the next measurement of its recovery, layer by layer.
    private static List<(double After, double Recovered)> Pairs(StudyRun run)
    {
        var pairs = new List<(double, double)>();
        foreach (var layer in run.Layers.GroupBy(l => l.Layer))
        {
            double? after = null;
            foreach (var record in layer.OrderBy(l => l.Step).ThenBy(l => l.Phase))
            {
                if (!record.Values.TryGetValue(Rate, out double value) || value <= 0) continue;
                if (record.Phase == BurdenPhase.AfterMaskChange) after = Math.Log(value);
                if (record.Phase != BurdenPhase.Recovered || after is null) continue;
                pairs.Add((after.Value, Math.Log(value)));
                after = null;
            }
        }

        return pairs;
    }
}
