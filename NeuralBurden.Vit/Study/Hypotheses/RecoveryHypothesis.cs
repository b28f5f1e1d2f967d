using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>T5: compression gives accuracy back to pruned networks, more than it gives to the dense one.</summary>
public sealed class RecoveryHypothesis : Hypothesis
{
    public override string Id => "T5";

    public override string Statement => "Compression recovers accuracy of pruned networks.";

    public override string Statistic => "Gain of accuracy by the best merge less the same merge's gain in the dense network.";

    public override Claim Claim => Claim.Accuracy;

    public override FigureUnit Unit => FigureUnit.Points;

    public override Finding Measure(StudyArms arms, StudySelection at)
    {
        if (at.Remedy is not { } remedy) return new Finding { Where = at.Name, Missing = "It needs a merge to test." };
        StudyArm[] all = [remedy, at.Pruned, at.Dense.Merged(at.Merge!), at.Dense];
        var values = arms.Values(all, Excess);
        var beside = new SideFigures(arms);
        beside.OverImages((remedy, 1), (at.Pruned, -1), (all[2], -1), (at.Dense, 1));
        beside.Difference("gain in the pruned network", FigureUnit.Points, remedy, at.Pruned, RunFigures.Accuracy);
        beside.Difference("gain in the dense network", FigureUnit.Points, all[2], at.Dense, RunFigures.Accuracy);
        beside.Recovered("share of the pruning loss that the merge gives back", remedy, at.Pruned, at.Dense);
        beside.Difference("what pruning loses to dense", FigureUnit.Points, at.Pruned, at.Dense, RunFigures.Accuracy);
        foreach (double s in OtherSparsities(arms, at.Pruned))
        {
            beside.Combined(
                $"the same {SideFigures.At(s)}", FigureUnit.Points,
                [remedy.At(s), at.Pruned.At(s), all[2], at.Dense], Excess);
        }

        foreach (int epochs in OtherLengths(arms, at.Pruned))
        {
            beside.Combined(
                $"the same {SideFigures.After(epochs)}", FigureUnit.Points, [.. all.Select(a => a.Lasting(epochs))], Excess);
        }

        // Every other kind, amount and layer, and merging in training or in evaluation only (tokens.start and stop).
        foreach (var arm in arms.All.Where(a => a.Merges && !a.Equals(remedy) && a.Unmerged.Equals(at.Pruned)))
            beside.Difference($"gain by {ReliefHypothesis.Merge(arm)}", FigureUnit.Points, arm, at.Pruned, RunFigures.Accuracy);
        return new Finding
        {
            Values = values,
            Where = $"{remedy.Name} beside dense",
            Missing = Lack(arms, values, "an accuracy", all),
            Beside = beside.All,
        };
    }

    private static double? Excess(IReadOnlyList<StudyRun> runs) =>
        runs[0].Accuracy - runs[1].Accuracy - (runs[2].Accuracy - runs[3].Accuracy);
}
