using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>T4b: matching similar tokens is what relieves, not merging as such.</summary>
public sealed class MatchingHypothesis : Hypothesis
{
    private const string Random = "random-pairs";

    private static readonly string[] Others = ["norm-preserving", "avgpool2x2", "drop"];

    public override string Id => "T4b";

    public override string Statement => "Matching similar tokens is what relieves.";

    public override string Statistic =>
        "log K^ with random pairs merged less that with matched pairs, at the same layer and amount.";

    public override Claim Claim => Claim.Load;

    public override FigureUnit Unit => FigureUnit.Factor;

    public override Finding Measure(StudyArms arms, StudySelection at)
    {
        if (at.Remedy is not { } remedy) return new Finding { Where = at.Name, Missing = "It needs a merge to test." };
        var load = RunFigures.Measure(LoadMeasures.LogKTwin);
        var random = remedy.MergedBy(Random);
        var values = arms.Differences(random, remedy, load);
        var beside = new SideFigures(arms);
        beside.Difference("accuracy, matched less random pairs", FigureUnit.Points, remedy, random, RunFigures.Accuracy);
        beside.Difference("relief by random pairs", FigureUnit.Factor, at.Pruned, random, load);
        beside.Difference(
            "U*, random less matched", FigureUnit.Factor, random, remedy, RunFigures.Measure(LoadMeasures.LogUShot));
        foreach (string kind in Others.Where(k => k != remedy.Merge))
        {
            var other = remedy.MergedBy(kind);
            beside.Difference($"K^, {kind} less matched", FigureUnit.Factor, other, remedy, load);
            beside.Difference($"accuracy, matched less {kind}", FigureUnit.Points, remedy, other, RunFigures.Accuracy);
        }

        return new Finding
        {
            Values = values,
            Where = $"{remedy.Name} against {Random}",
            Missing = Lack(arms, values, "a load against its twin", remedy, random),
            Note = Unfit(arms, remedy, random),
            Beside = beside.All,
        };
    }
}
