using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>T2: what survives a cut at once learns to carry more, beyond what training does to the dense twin.</summary>
public sealed class CompensationHypothesis : Hypothesis
{
    private const string OneShot = "oneshot";

    // Right after the cut a run is its shot: nothing was trained in between.
    private const double SameAsShot = 0.01;

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
            foreach (var record in moments.Loads.Where(l => l.Step > plus.Step))
            {
                double rest = (record.Share - plus.Share) / (1 - plus.Share);
                beside.Mean(
                    $"after {ReportText.Percent(rest, "0.#")} % of the rest", FigureUnit.Factor, arm,
                    run => Change(run, run.Loads.FirstOrDefault(l => l.Step == record.Step)));
            }
        }

        beside.Mean("K^ at t+", FigureUnit.Factor, arm, run => RunFigures.Value(Cut(run), LoadMeasures.LogKTwin));
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
        RunFigures.Value(later, LoadMeasures.LogKTwin) - RunFigures.Value(Cut(run), LoadMeasures.LogKTwin);

    private static LoadRecord? Cut(StudyRun run) => run.Loads.SkipLast(1).FirstOrDefault(l =>
        RunFigures.Value(l, LoadMeasures.LogKShot) is { } shot && RunFigures.Value(l, LoadMeasures.LogKTwin) is { } twin
        && Math.Abs(shot) < SameAsShot && Math.Abs(twin) > Math.Abs(shot));
}
