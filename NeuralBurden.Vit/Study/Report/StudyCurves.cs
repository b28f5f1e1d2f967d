using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Hypotheses;

namespace NeuralBurden.Vit.Study.Report;

/// <summary>
/// The curves of a study's figures over one factor: every method as the study runs it, the remedy, and the nulls: selection
/// alone (shot), as many parameters without pruning (small), a random fixed mask.
/// </summary>
internal sealed class StudyCurves(StudyArms arms, StudySelection main)
{
    private const string RandomMask = "static-random";

    // Methods take 1 to 3, then what the nulls and the remedy leave; more than seven share.
    private const int Dense = 0, Remedy = 4, Shot = 5, Small = 6, Random = 7;
    private static readonly int[] MethodColours = [1, 2, 3, 8, 9, 10, 11];

    /// <summary>Methods as the study runs them at some sparsity, the main one first; whole units are a matter of T3.</summary>
    public IReadOnlyList<string> Methods { get; } =
        [.. arms.All.Where(a => a is { IsDense: false, IsStandard: true, Merges: false }
                && a.Method is not (RandomMask or "mlp-units" or "heads"))
            .Select(a => a.Method).Distinct().OrderBy(m => m != main.Method)];

    /// <summary>Over sparsity at the main length; the dense network starts every method's curve.</summary>
    public IReadOnlyList<StudySeries> OverSparsity(Func<StudyRun, double?> figure, Func<StudyRun, double?>? shot = null) =>
        Series(a => a.Epochs == main.Epochs, a => a.Sparsity, figure, shot);

    /// <summary>Over length at the main sparsity, the dense network as a curve of its own.</summary>
    public IReadOnlyList<StudySeries> OverLength(Func<StudyRun, double?> figure, Func<StudyRun, double?>? shot = null) =>
        Series(a => a.IsDense && !a.IsSmall || Share(a) == main.Sparsity, a => a.Epochs, figure, shot);

    /// <summary>K^ as a ratio.</summary>
    public static double? Load(StudyRun run) => Exp(RunFigures.Measure(LoadMeasures.LogKTwin)(run));

    /// <summary>K^ of the run's shot, as a ratio.</summary>
    public static double? ShotLoad(StudyRun run) => Exp(
        RunFigures.Measure(LoadMeasures.LogKTwin)(run) - RunFigures.Measure(LoadMeasures.LogKShot)(run));

    public static double? Exp(double? log) => log is { } value ? Math.Exp(value) : null;

    private List<StudySeries> Series(
        Func<StudyArm, bool> on, Func<StudyArm, double> x, Func<StudyRun, double?> figure, Func<StudyRun, double?>? shot)
    {
        var all = arms.All.Where(a => a.IsStandard && on(a)).ToList();
        var series = new List<StudySeries>
        {
            new("dense", Dense, false, Points(all.Where(a => a is { IsDense: true, Merges: false }), x, figure)),
        };
        foreach (var (i, method) in Methods.Index())
        {
            series.Add(new StudySeries(
                method,
                MethodColours[i % MethodColours.Length],
                false,
                Points(all.Where(a => a.Method == method && !a.Merges), x, figure)));
        }

        var own = all.Where(a => a.Method == main.Method && !a.Merges).ToList();
        if (main.Merge is { } merge)
        {
            var merged = own.Select(a => a.Merged(merge)).Where(arms.Has);
            series.Add(new StudySeries($"{main.Method} with the merge", Remedy, false, Points(merged, x, figure)));
        }

        if (shot is not null)
            series.Add(new StudySeries($"selection alone ({main.Method}'s shot)", Shot, true, Points(own, x, shot)));
        var small = arms.All.Where(a => a is { IsSmall: true, Merges: false } && on(a));
        series.Add(new StudySeries(
            "small dense, as many parameters", Small, true, Points(small, a => x(a) == 0 ? Share(a) : x(a), figure)));
        series.Add(new StudySeries(
            "random fixed mask", Random, true, Points(all.Where(a => a.Method == RandomMask && !a.Merges), x, figure)));
        series.RemoveAll(s => s.Points.Count == 0);
        return series;
    }

    // The sparsity that an arm stands for: a small dense network is compared with what keeps as many parameters.
    private static double Share(StudyArm arm) => arm.SmallFor ?? arm.Sparsity;

    private List<(double X, Statistic Y)> Points(
        IEnumerable<StudyArm> of, Func<StudyArm, double> x, Func<StudyRun, double?> figure)
    {
        var points = new List<(double X, Statistic Y)>();
        foreach (var arm in of)
        {
            if (Statistic.Of(arms.Runs(arm).Values.Select(figure)) is { } y) points.Add((x(arm), y));
        }

        return [.. points.OrderBy(p => p.X)];
    }
}
