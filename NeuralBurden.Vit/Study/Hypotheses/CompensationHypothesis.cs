using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>T2: what survives a cut at once learns to carry more, beyond what training does to the dense twin.</summary>
public sealed class CompensationHypothesis : Hypothesis
{
    private const string OneShot = "oneshot";

    // A later moment has no say on how loads were right after the cut.
    private const double MostOfTheRest = 0.011;

    public override string Id => "T2";

    public override string Statement => "Compensation is learned: after a cut at once, loads grow with training.";

    public override string Statistic =>
        "log p95 of the scale-free load at the end less right after the cut (t+), less the twin's change over the same steps.";

    public override Claim Claim => Claim.Load;

    public override FigureUnit Unit => FigureUnit.Factor;

    public override Finding Measure(StudyArms arms, StudySelection at)
    {
        var cut = arms.All.Where(a => a is { Method: OneShot, Merges: false } && a.Epochs == at.Epochs
            && arms.Runs(a).Values.Any(r => Cut(r) is not null)).ToList();
        var arm = cut.Find(a => a.Sparsity == at.Sparsity) ?? StudyArm.Of(OneShot, at.Sparsity, at.Epochs);
        var values = arms.Values(arm, run => Change(run, RunFigures.End(run)));
        var beside = new SideFigures(arms);
        var moments = arms.Runs(arm).Values.FirstOrDefault(r => Cut(r) is not null);
        if (moments is not null && Cut(moments) is { } plus)
        {
            foreach (var record in moments.Loads.Where(l => l.Share > plus.Share))
            {
                double rest = (record.Share - plus.Share) / (1 - plus.Share);
                beside.Mean(
                    $"after {ReportText.Percent(rest, "0.#")} % of the rest", FigureUnit.Factor, arm,
                    run => Change(run, run.Loads.FirstOrDefault(l => l.Step == record.Step)));
            }
        }

        beside.Mean("K^ at t+", FigureUnit.Factor, arm, run => Cut(run)?.LogK);
        foreach (var other in cut.Where(a => !a.Equals(arm)).OrderBy(a => a.Sparsity))
        {
            beside.Mean(
                $"the same {SideFigures.At(other.Sparsity)}", FigureUnit.Factor, other,
                run => Change(run, RunFigures.End(run)));
        }

        return new Finding
        {
            Values = values,
            Where = arm.Name,
            Missing = Lack(arms, values, "a snapshot right after the cut (burden.snapshots) and loads against its twin", arm),
            Note = Unfit(arms, arm),
            Beside = beside.All,
        };
    }

    // The twin's change is taken off by the measure itself: both are over the twin at the same step.
    private static double? Change(StudyRun run, LoadRecord? later) =>
        RunFigures.Value(later, LoadMeasures.LogKTwin) - Cut(run)?.LogK;

    // Right after the cut a run is its shot: nothing was trained in between. So t+ is the shot at the first moment after it, and
    // the moment itself where it is that of the cut. A run that is not cut yet is its twin.
    private static (double Share, double LogK)? Cut(StudyRun run)
    {
        double? whole = null;
        foreach (var moment in run.Loads.SkipLast(1))
        {
            if (RunFigures.Value(moment, LoadMeasures.LogKTwin) is not { } twin
                || RunFigures.Value(moment, LoadMeasures.LogKShot) is not { } shot)
            {
                return null;
            }

            if (twin != 0 || shot != 0)
            {
                bool isCut = shot == 0, isSoon = (moment.Share - whole) / (1 - whole) <= MostOfTheRest;
                return isCut ? (moment.Share, twin) : isSoon ? (whole!.Value, twin - shot) : null;
            }

            whole = moment.Share;
        }

        return null;
    }
}
