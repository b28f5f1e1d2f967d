using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>T7: among runs of one method at one sparsity, those with more burden lose more accuracy.</summary>
public sealed class PredictionHypothesis : Hypothesis
{
    // A correlation of fewer runs is nearly always large.
    private const int LeastRuns = 6;

    public override string Id => "T7";

    public override string Statement => "Burden predicts the loss of accuracy.";

    public override string Statistic =>
        "Partial rank correlation of log K^ with the accuracy lost to the twin, given the training length, over one seed's runs.";

    public override Claim Claim => Claim.Correlation;

    public override FigureUnit Unit => FigureUnit.Correlation;

    public override Finding Measure(StudyArms arms, StudySelection at)
    {
        var load = RunFigures.Measure(LoadMeasures.LogKTwin);
        var values = BySeed(arms, at.Method, at.Sparsity, load);
        var beside = new SideFigures(arms);
        void Add(string name, string method, Func<StudyRun, double?> figure) => beside.Add(
            name, FigureUnit.Correlation,
            SeedMean.Of(BySeed(arms, method, at.Sparsity, figure).Select(v => (double?)v.Value)));
        Add("of KL(twin || run)", at.Method, run => RunFigures.End(run)?.OutputKl);
        Add("of E(1)", at.Method, RunFigures.Measure(LoadMeasures.Burden(1)));
        Add("of the signal error", at.Method, RunFigures.Measure(LoadMeasures.EpsTwin));
        Add("of the share of units alive", at.Method, RunFigures.Measure(LoadMeasures.AliveShare));
        foreach (string method in arms.All.Where(a => !a.IsDense && a.Method != at.Method).Select(a => a.Method).Distinct())
            Add($"of log K^, {method}", method, load);
        return new Finding
        {
            Values = values,
            Where = $"all runs of {at.Method} {SideFigures.At(at.Sparsity)}, with and without merging, of every length",
            Missing = values.Count > 0 ? null : $"No seed has {LeastRuns} such runs with a load against their twin.",
            Beside = beside.All,
        };
    }

    private static List<(int Seed, double Value)> BySeed(
        StudyArms arms, string method, double sparsity, Func<StudyRun, double?> figure)
    {
        var values = new List<(int, double)>();
        foreach (var seed in arms.All.Where(a => a.Method == method && a.Sparsity == sparsity && a.IsStandard)
            .SelectMany(a => arms.Runs(a)).GroupBy(r => r.Key, r => r.Value).OrderBy(g => g.Key))
        {
            var rows = seed.Select(r => (X: figure(r), Y: RunFigures.Loss(r), Z: (double)r.Epochs))
                .Where(r => r.X is { } x && double.IsFinite(x) && r.Y is not null).ToList();
            if (rows.Count < LeastRuns) continue;
            double rho = RankCorrelation.Partial(
                [.. rows.Select(r => r.X!.Value)], [.. rows.Select(r => r.Y!.Value)], [.. rows.Select(r => r.Z)]);
            if (double.IsFinite(rho)) values.Add((seed.Key, rho));
        }

        return values;
    }
}
