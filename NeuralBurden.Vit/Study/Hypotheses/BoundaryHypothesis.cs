using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>
/// T3: accuracy begins to fall where the surviving decoders can no longer represent the signal: pruning of whole hidden
/// units, with the knees of accuracy and of the best achievable error E*(0) over sparsity.
/// </summary>
public sealed class BoundaryHypothesis : Hypothesis
{
    private const string Structured = "mlp-units";

    public override string Id => "T3";

    public override string Statement =>
        "There is a recovery boundary: accuracy falls from where no rates can represent the signal.";

    public override string Statistic =>
        "Knee of accuracy less knee of E*(0) on the sparsity axis, of two-piece regressions over the sparsities of one seed.";

    public override Claim Claim => Claim.SameSparsity;

    public override FigureUnit Unit => FigureUnit.Sparsity;

    public override Finding Measure(StudyArms arms, StudySelection at)
    {
        // All sparsities of one way to prune: the way with most of them.
        var curve = arms.All.Where(a => a is { Method: Structured, Merges: false } && a.Epochs == at.Epochs)
            .GroupBy(a => a.At(0)).MaxBy(g => g.Count())?.OrderBy(a => a.Sparsity).ToList() ?? [];
        var where = curve.FirstOrDefault() ?? StudyArm.Of(Structured, at.Sparsity, at.Epochs);
        var seeds = curve.SelectMany(a => arms.Runs(a).Keys).Distinct().Order().ToList();
        var best = RunFigures.Measure(LoadMeasures.Best(0));
        var knees = seeds.Select(seed => (Seed: seed, Pair: Knees(arms, curve, seed, RunFigures.Accuracy, best))).ToList();
        var values = knees.Where(k => k.Pair is not null)
            .Select(k => (k.Seed, k.Pair!.Value.Fall.X - k.Pair.Value.Error.X)).ToList();
        var beside = new SideFigures(arms);
        beside.Add("knee of accuracy", FigureUnit.Share, SeedMean.Of(knees.Select(k => k.Pair?.Fall.X)));
        beside.Add("knee of E*(0)", FigureUnit.Share, SeedMean.Of(knees.Select(k => k.Pair?.Error.X)));
        Gap("knee of accuracy less that of the span limit", RunFigures.Accuracy, RunFigures.Measure(LoadMeasures.SpanLimit));
        // Accuracy falls in steps of an image, and with the noise of a choice; outputs leave the twin's smoothly.
        Gap("knee of KL(twin || run) less that of E*(0)", run => RunFigures.End(run)?.OutputKl, best);
        return new Finding
        {
            Values = values,
            Where = curve.Count == 0 ? where.Name : $"{Structured} at {curve.Count} sparsities",
            Missing = values.Count > 0 ? null
                : curve.Count == 0 ? $"There is no run of {Structured}."
                : "No seed has a knee of accuracy and one of E*(0) over six sparsities or more, 0 included.",
            Note = values.Count < seeds.Count && values.Count > 0
                ? $"{seeds.Count - values.Count} of {seeds.Count} seeds have no clear knee and are left out."
                : null,
            Beside = beside.All,
        };

        void Gap(string name, Func<StudyRun, double?> fall, Func<StudyRun, double?> error) => beside.Add(
            name, FigureUnit.Sparsity,
            SeedMean.Of(seeds.Select(seed => Knees(arms, curve, seed, fall, error)).Select(k => k?.Fall.X - k?.Error.X)));
    }

    // With the dense network at 0 where it has the measure too.
    private static (Knee Fall, Knee Error)? Knees(
        StudyArms arms, List<StudyArm> curve, int seed, Func<StudyRun, double?> fall, Func<StudyRun, double?> error)
    {
        if (curve.Count == 0) return null;
        StudyRun[] runs = [.. curve.Prepend(StudyArm.Dense(curve[0].Epochs))
            .Select(a => arms.Runs(a).GetValueOrDefault(seed)).OfType<StudyRun>()
            .Where(r => fall(r) is not null && error(r) is not null)];
        double[] x = [.. runs.Select(r => r.Sparsity)];
        var knees = (Knee.Of(x, [.. runs.Select(r => fall(r)!.Value)]), Knee.Of(x, [.. runs.Select(r => error(r)!.Value)]));
        return knees is ({ } f, { } e) ? (f, e) : null;
    }
}
