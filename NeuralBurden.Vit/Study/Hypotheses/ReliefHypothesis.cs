using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>T4a: compression relieves load.</summary>
public sealed class ReliefHypothesis : Hypothesis
{
    public override string Id => "T4a";

    public override string Statement => "Compression relieves load.";

    public override string Statistic => "log K^ without merging less that with the best merge, of the same method and sparsity.";

    public override Claim Claim => Claim.Load;

    public override FigureUnit Unit => FigureUnit.Factor;

    public override Finding Measure(StudyArms arms, StudySelection at)
    {
        if (at.Remedy is not { } remedy) return new Finding { Where = at.Name, Missing = "It needs a merge to test." };
        var load = RunFigures.Measure(LoadMeasures.LogKTwin);
        var values = arms.Differences(at.Pruned, remedy, load);
        var beside = new SideFigures(arms);
        void Relief(string name, string key, FigureUnit unit) =>
            beside.Difference(name, unit, at.Pruned, remedy, RunFigures.Measure(key));
        Relief("relief of K*", LoadMeasures.LogKShot, FigureUnit.Factor);
        Relief("relief of U*", LoadMeasures.LogUShot, FigureUnit.Factor);
        Relief("relief of the signal error", LoadMeasures.EpsTwin, FigureUnit.Number);
        beside.Combined(
            "relief of the load per image (falls by itself)", FigureUnit.Factor, [at.Pruned, remedy],
            runs => LogRatio(runs[0], runs[1], LoadMeasures.ImageLoad));
        beside.Difference(
            "relief of K^ in the dense network", FigureUnit.Factor, at.Dense, at.Dense.Merged(at.Merge!), DenseLoad);
        foreach (var arm in arms.All.Where(a => a.Merges && !a.Equals(remedy) && a.Unmerged.Equals(at.Pruned)))
            beside.Difference($"relief by {Merge(arm)}", FigureUnit.Factor, at.Pruned, arm, load);
        foreach (double s in OtherSparsities(arms, at.Pruned))
            beside.Difference($"the same {SideFigures.At(s)}", FigureUnit.Factor, at.Pruned.At(s), remedy.At(s), load);
        foreach (int epochs in OtherLengths(arms, at.Pruned))
        {
            beside.Difference(
                $"the same {SideFigures.After(epochs)}", FigureUnit.Factor,
                at.Pruned.Lasting(epochs), remedy.Lasting(epochs), load);
        }

        return new Finding
        {
            Values = values,
            Where = remedy.Name,
            Missing = Lack(arms, values, "a load against its twin", at.Pruned, remedy),
            Note = Unfit(arms, at.Pruned, remedy),
            Beside = beside.All,
        };
    }

    /// <summary>The merge of an arm in words, its method left out.</summary>
    internal static string Merge(StudyArm arm) => arm.Name[(arm.Name.IndexOf(", ", StringComparison.Ordinal) + 2)..];

    // A dense run without a merge may be its own twin, which has no loads against itself: a ratio of 1.
    private static double? DenseLoad(StudyRun run) =>
        RunFigures.Measure(LoadMeasures.LogKTwin)(run) ?? (run.IsTwin ? 0 : null);

    private static double? LogRatio(StudyRun run, StudyRun other, string key) =>
        (RunFigures.Measure(key)(run), RunFigures.Measure(key)(other)) is ({ } a and > 0, { } b and > 0) ? Math.Log(a / b) : null;
}
