using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>T0: the remedy as a whole, merging and pruning with return, against the best plain method.</summary>
public sealed class RemedyHypothesis : Hypothesis
{
    public override string Id => "T0";

    public override string Statement => "The remedy as a whole mitigates the loss of accuracy.";

    public override string Statistic => "Test accuracy of the method with the best merge less that of the best plain method.";

    public override Claim Claim => Claim.Accuracy;

    public override FigureUnit Unit => FigureUnit.Points;

    public override Finding Measure(StudyArms arms, StudySelection at)
    {
        if (at is not { Remedy: { } remedy, Plain: { } name })
            return new Finding { Where = at.Name, Missing = "It needs a merge and a plain method to compare with." };
        var plain = StudyArm.Of(name, at.Sparsity, at.Epochs);
        var values = arms.Differences(remedy, plain, RunFigures.Accuracy);
        var beside = new SideFigures(arms);
        beside.OverImages((remedy, 1), (plain, -1));
        beside.Recovered($"share of {name}'s loss that the remedy gives back", remedy, plain, at.Dense);
        beside.Difference($"what {name} loses to dense", FigureUnit.Points, plain, at.Dense, RunFigures.Accuracy);
        beside.Difference($"{at.Method} alone less {name}", FigureUnit.Points, at.Pruned, plain, RunFigures.Accuracy);
        beside.Difference(
            $"remedy less {name} with the same merge", FigureUnit.Points, remedy, plain.Merged(at.Merge!), RunFigures.Accuracy);
        beside.Difference("remedy less dense", FigureUnit.Points, remedy, at.Dense, RunFigures.Accuracy);
        beside.Difference(
            "remedy less a small dense network of as many parameters", FigureUnit.Points, remedy,
            StudyArm.Small(at.Sparsity, at.Epochs), RunFigures.Accuracy);
        foreach (double s in OtherSparsities(arms, at.Pruned))
        {
            beside.Difference(
                $"the same {SideFigures.At(s)}", FigureUnit.Points, remedy.At(s), plain.At(s), RunFigures.Accuracy);
        }

        foreach (int epochs in OtherLengths(arms, at.Pruned))
        {
            beside.Difference(
                $"the same {SideFigures.After(epochs)}", FigureUnit.Points, remedy.Lasting(epochs), plain.Lasting(epochs),
                RunFigures.Accuracy);
        }

        return new Finding
        {
            Values = values,
            Where = $"{remedy.Name} less {plain.Name}",
            Missing = Lack(arms, values, "an accuracy", remedy, plain),
            Beside = beside.All,
        };
    }
}
