using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>T1: the units that stay carry more than units of a healthy network.</summary>
public sealed class LoadHypothesis : Hypothesis
{
    private const string RandomMask = "static-random";

    public override string Id => "T1";

    public override string Statement => "The units that stay carry more.";

    public override string Statistic =>
        "log K^: p95 of the scale-free load over units alive, over that of the dense twin; mean over blocks.";

    public override Claim Claim => Claim.Load;

    public override FigureUnit Unit => FigureUnit.Factor;

    public override Finding Measure(StudyArms arms, StudySelection at)
    {
        var load = RunFigures.Measure(LoadMeasures.LogKTwin);
        var values = arms.Values(at.Pruned, load);
        var beside = new SideFigures(arms);
        beside.Mean("units alive", FigureUnit.Share, at.Pruned, RunFigures.Measure(LoadMeasures.AliveShare));
        beside.Mean("K^ of the median unit", FigureUnit.Factor, at.Pruned, RunFigures.Measure(LoadMeasures.LogKTwinMedian));
        beside.Mean("K*: over selection alone", FigureUnit.Factor, at.Pruned, RunFigures.Measure(LoadMeasures.LogKShot));
        beside.Combined(
            "K^ of selection alone (the one-shot null)", FigureUnit.Factor, [at.Pruned],
            runs => load(runs[0]) - RunFigures.Measure(LoadMeasures.LogKShot)(runs[0]));
        beside.Mean(
            "U*: synapse load over selection alone", FigureUnit.Factor, at.Pruned, RunFigures.Measure(LoadMeasures.LogUShot));
        beside.Mean(
            "K^ of a small dense network of as many parameters", FigureUnit.Factor, StudyArm.Small(at.Sparsity, at.Epochs), load);
        beside.Mean("K^ under a random fixed mask", FigureUnit.Factor, StudyArm.Of(RandomMask, at.Sparsity, at.Epochs), load);
        beside.Mean(
            "K^ of attention heads", FigureUnit.Factor, at.Pruned,
            RunFigures.Measure(LoadMeasures.HeadsPrefix + LoadMeasures.LogKTwin));
        foreach (var arm in arms.All.Where(a => a is { IsDense: false, IsStandard: true, Merges: false }
            && a.Method != at.Method && a.Method != RandomMask && a.Sparsity == at.Sparsity && a.Epochs == at.Epochs))
        {
            beside.Mean($"K^ of {arm.Method}", FigureUnit.Factor, arm, load);
        }

        foreach (double s in OtherSparsities(arms, at.Pruned))
            beside.Mean($"K^ {SideFigures.At(s)}", FigureUnit.Factor, at.Pruned.At(s), load);
        foreach (int epochs in OtherLengths(arms, at.Pruned))
            beside.Mean($"K^ {SideFigures.After(epochs)}", FigureUnit.Factor, at.Pruned.Lasting(epochs), load);
        return new Finding
        {
            Values = values,
            Where = at.Pruned.Name,
            Missing = Lack(arms, values, "a load against its twin", at.Pruned),
            Note = Unfit(arms, at.Pruned),
            Beside = beside.All,
        };
    }
}
