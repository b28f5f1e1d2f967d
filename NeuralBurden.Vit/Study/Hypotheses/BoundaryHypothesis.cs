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
        var knees = seeds.Select(seed => (Seed: seed, Pair: Knees(arms, curve, seed, LoadMeasures.Best(0)))).ToList();
        var values = knees.Where(k => k.Pair is not null)
            .Select(k => (k.Seed, k.Pair!.Value.Accuracy.X - k.Pair.Value.Error.X)).ToList();
        var beside = new SideFigures(arms);
        beside.Add("knee of accuracy", FigureUnit.Share, SeedMean.Of(knees.Select(k => k.Pair?.Accuracy.X)));
        beside.Add("knee of E*(0)", FigureUnit.Share, SeedMean.Of(knees.Select(k => k.Pair?.Error.X)));
        beside.Add(
            "knee of accuracy less that of the span limit", FigureUnit.Sparsity,
            SeedMean.Of(seeds.Select(s => Knees(arms, curve, s, LoadMeasures.SpanLimit))
                .Select(k => k?.Accuracy.X - k?.Error.X)));
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
    }

    // With the dense network at 0 where it has the measure too.
    private static (Knee Accuracy, Knee Error)? Knees(StudyArms arms, List<StudyArm> curve, int seed, string error)
    {
        if (curve.Count == 0) return null;
        StudyRun[] runs = [.. curve.Prepend(StudyArm.Dense(curve[0].Epochs))
            .Select(a => arms.Runs(a).GetValueOrDefault(seed)).OfType<StudyRun>()
            .Where(r => RunFigures.Measure(error)(r) is not null)];
        double[] x = [.. runs.Select(r => r.Sparsity)];
        var knees = (Knee.Of(x, [.. runs.Select(r => r.Accuracy)]),
            Knee.Of(x, [.. runs.Select(r => RunFigures.Measure(error)(r)!.Value)]));
        return knees is ({ } a, { } e) ? (a, e) : null;
    }
}
