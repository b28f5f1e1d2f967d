namespace NeuralBurden.Vit.Study;

/// <summary>
/// T5: relief is specific to pruned networks. The gain of a cell is the accuracy with merging less that without, same
/// seed, averaged over amounts r; the interaction is the gain at sparsities of 0.9 and more less the gain at 0.
/// </summary>
/// <remarks>
/// Interaction = mean over cells (method, s at least 0.9) of their gain - gain of the dense network, each its own
/// stratum of seeds. Supported: the interaction is found. Refuted: it is excluded. Else undecided. That accuracy itself
/// rises is another question: the gains stand beside the interaction, and an interaction can come from merging that
/// harms pruned networks less.
/// </remarks>
internal static class ReliefSpecificityTest
{
    internal const double High = 0.9 - 1e-9;

    public static TestOutcome Run(StudyIndex study)
    {
        var outcome = new TestOutcome
        {
            Id = "T5",
            Hypothesis = "The relief is specific to pruned networks.",
            Observation = "Accuracy gained by merging at s \u2265 0.9 less that gained by the dense network: the interaction of "
                + "merging and sparsity.",
            Control = "The dense network with the same merging: an equal gain there is regularisation.",
        };
        var gains = Gains(study);
        var pruned = gains.Where(g => g.Sparsity >= High).Select(g => g.Values).ToList();
        var dense = gains.Where(g => g.Sparsity == 0).Select(g => g.Values).ToList();
        if (pruned.Count == 0 || dense.Count == 0)
            return outcome.Missing("It needs merging at s = 0 and at s of 0.9 or more.");
        var interaction = Bootstrap.Contrast(
            [.. pruned.Select(v => (1.0 / pruned.Count, v)), .. dense.Select(v => (-1.0 / dense.Count, v))]);
        var (atPruned, atDense) = (Bootstrap.Mean(pruned), Bootstrap.Mean(dense));
        var verdict = VerdictRule.Of(interaction, VerdictRule.LeastAccuracy);
        string harm = atPruned.Estimate < 0 ? " Merging still costs accuracy there: it harms pruned networks less." : "";
        string reason = verdict switch
        {
            Verdict.Supported => "Merging does more for pruned networks than for the dense one." + harm,
            Verdict.Refuted => "Merging does no more for pruned networks than for the dense one.",
            _ => "The interval of the interaction includes 0 and effects that would matter.",
        };
        List<Effect> effects =
        [
            new("Interaction", interaction, EffectUnit.Points),
            new("Gain of merging at s \u2265 0.9", atPruned, EffectUnit.Points),
            new("Gain of merging at s = 0", atDense, EffectUnit.Points),
        ];
        return outcome.With(verdict, reason, effects);
    }

    /// <summary>The gain per seed of every (method, sparsity) that was merged; the dense network has sparsity 0.</summary>
    internal static IReadOnlyList<(string Method, double Sparsity, IReadOnlyList<double> Values)> Gains(StudyIndex study) =>
        [.. study.Of(StudyRole.Merged).GroupBy(r => (r.Method, r.Sparsity)).Select(cell => (
            cell.Key.Method,
            cell.Key.Sparsity,
            (IReadOnlyList<double>)[.. cell.GroupBy(r => r.Seed)
                .Select(seed => seed.Select(r => r.Accuracy - study.Unmerged(r)?.Accuracy).OfType<double>().ToList())
                .Where(values => values.Count > 0)
                .Select(values => values.Average())]))
            .Where(cell => cell.Item3.Count > 0)];
}
