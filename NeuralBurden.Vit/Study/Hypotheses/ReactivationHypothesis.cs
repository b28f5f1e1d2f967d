using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>T6: weights that may return help, against the strongest way in which they may not.</summary>
public sealed class ReactivationHypothesis : Hypothesis
{
    public override string Id => "T6";

    public override string Statement => "Re-activation helps: pruned weights that learn on and may return.";

    public override string Statistic =>
        "Test accuracy of the method less that of the best of: the same with gamma = 0, gmp, one-shot; all unmerged.";

    public override Claim Claim => Claim.Accuracy;

    public override FigureUnit Unit => FigureUnit.Points;

    public override Finding Measure(StudyArms arms, StudySelection at)
    {
        StudyArm[] rivals =
        [
            at.Pruned.GammaZero, StudyArm.Of("gmp", at.Sparsity, at.Epochs), StudyArm.Of("oneshot", at.Sparsity, at.Epochs),
        ];
        rivals = [.. rivals.Where(r => !r.Equals(at.Pruned))];
        var best = arms.Strongest(rivals);
        var absent = rivals.Where(r => !arms.Has(r)).Select(r => r.Name).ToList();
        var values = best is { } b ? arms.Differences(at.Pruned, b.Arm, RunFigures.Accuracy) : [];
        var beside = new SideFigures(arms);
        if (best is { } rivalOf) beside.OverImages((at.Pruned, 1), (rivalOf.Arm, -1));
        foreach (var rival in rivals.Where(r => !r.Equals(best?.Arm)))
            beside.Difference($"the same against {rival.Name}", FigureUnit.Points, at.Pruned, rival, RunFigures.Accuracy);
        beside.Mean("weights that returned", FigureUnit.Share, at.Pruned, run => run.ReturnRate);
        if (best is { } strongest)
        {
            beside.Difference(
                $"K^ less that of {strongest.Arm.Name}", FigureUnit.Factor, at.Pruned, strongest.Arm,
                RunFigures.Measure(LoadMeasures.LogKTwin));
            beside.Recovered(
                $"share of the loss of {strongest.Arm.Name} given back", at.Pruned, strongest.Arm, at.Dense);
        }

        return new Finding
        {
            Values = values,
            Where = best is { } s ? $"{at.Pruned.Name} less {s.Arm.Name}" : at.Pruned.Name,
            Missing = best is null
                ? $"There is no run of {string.Join(" or ", rivals.Select(r => r.Name))}."
                : Lack(arms, values, "an accuracy", at.Pruned, best.Value.Arm),
            AbsentRivals = absent.Count == 0 ? null : string.Join(" and ", absent),
            Note = best is { ByValidation: false } && rivals.Count(arms.Has) > 1
                ? "The rival is the strongest on the test images, as not all runs have validation images: that favours the rival."
                : null,
            Beside = beside.All,
        };
    }
}
