using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>T8: the units that carry most matter most, more so than in the dense twin.</summary>
public sealed class SilencingHypothesis : Hypothesis
{
    public override string Id => "T8";

    public override string Statement => "The most burdened units matter, and more when the network is sparser.";

    public override string Statistic =>
        "Accuracy lost without the 5 % of units of highest load less that without random ones, minus the same of the twin.";

    public override Claim Claim => Claim.Accuracy;

    public override FigureUnit Unit => FigureUnit.Points;

    public override Finding Measure(StudyArms arms, StudySelection at)
    {
        var values = arms.Values(at.Pruned, RunFigures.SilencingGap);
        var beside = new SideFigures(arms);
        beside.Mean("gap in the pruned network", FigureUnit.Points, at.Pruned, run => RunFigures.End(run)?.Silencing?.Gap);
        beside.Mean("gap in the twin", FigureUnit.Points, at.Pruned, run => RunFigures.End(run)?.TwinSilencing?.Gap);
        var sparser = OtherSparsities(arms, at.Pruned).ToList();
        foreach (double s in sparser)
            beside.Mean($"the same {SideFigures.At(s)}", FigureUnit.Points, at.Pruned.At(s), RunFigures.SilencingGap);
        var points = sparser.Append(at.Sparsity).SelectMany(s => arms.Values(at.Pruned.At(s), RunFigures.SilencingGap)
            .Select(v => (Sparsity: s, v.Value))).ToList();
        if (points.Select(p => p.Sparsity).Distinct().Count() > 2)
        {
            double rho = RankCorrelation.Spearman([.. points.Select(p => p.Sparsity)], [.. points.Select(p => p.Value)]);
            beside.Add(new SideFigure(
                "trend over sparsities, of all seeds", FigureUnit.Correlation, rho, Interval.Unknown, points.Count));
        }

        return new Finding
        {
            Values = values,
            Where = at.Pruned.Name,
            Missing = Lack(arms, values, "what silencing costs (burden.silencing)", at.Pruned),
            Beside = beside.All,
        };
    }
}
