using NeuralBurden.Vit.Reports;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>Collects the figures beside a statistic; one that the study lacks is left out.</summary>
internal sealed class SideFigures(StudyArms arms)
{
    /// <summary>Name of <see cref="OverImages"/>.</summary>
    public const string OverImagesName = "the same over test images, paired";

    private readonly List<SideFigure> _all = [];

    public IReadOnlyList<SideFigure> All => _all;

    public void Add(SideFigure? figure)
    {
        if (figure is not null) _all.Add(figure);
    }

    public void Add(string name, FigureUnit unit, SeedMean? mean)
    {
        if (mean is { } m) _all.Add(SideFigure.Of(name, unit, m));
    }

    public void Mean(string name, FigureUnit unit, StudyArm arm, Func<StudyRun, double?> figure) =>
        Add(name, unit, arms.Mean(arm, figure));

    public void Difference(string name, FigureUnit unit, StudyArm arm, StudyArm other, Func<StudyRun, double?> figure) =>
        Add(name, unit, arms.Difference(arm, other, figure));

    public void Combined(
        string name, FigureUnit unit, IReadOnlyList<StudyArm> of, Func<IReadOnlyList<StudyRun>, double?> figure) =>
        Add(name, unit, SeedMean.Of(arms.Values(of, figure).Select(v => (double?)v.Value)));

    /// <summary>
    /// A primary difference of accuracies again, over test images in place of seeds: how far other images would move it.
    /// </summary>
    /// <param name="compared">What is compared, each with its sign.</param>
    public void OverImages(params IReadOnlyList<(StudyArm Arm, int Sign)> compared)
    {
        int seeds = 0;
        var networks = new List<(byte[], int)>();
        foreach (int seed in arms.Runs(compared[0].Arm).Keys)
        {
            (byte[] Bits, int Sign)[] its = [.. compared
                .Select(c => (arms.Runs(c.Arm).TryGetValue(seed, out var run) ? RunFigures.Correct(run) : null, c.Sign))
                .Where(c => c.Item1 is not null).Select(c => (c.Item1!, c.Sign))];
            if (its.Length != compared.Count) continue;
            networks.AddRange(its);
            seeds++;
        }

        if (ImageDifference.Of(networks, seeds, arms.TestImages) is not { } difference) return;
        double half = 1.959964 * difference.StandardError;
        _all.Add(new SideFigure(
            OverImagesName, FigureUnit.Points, difference.Mean,
            new Interval(difference.Mean - half, difference.Mean + half), difference.Images));
    }

    /// <summary>
    /// The share of a loss of accuracy that something gives back, with Fieller's interval: (gainer - base) over
    /// (whole - base). Left out below two seeds; without an interval where the loss itself is not found.
    /// </summary>
    public void Recovered(string name, StudyArm gainer, StudyArm from, StudyArm whole)
    {
        var gains = arms.Differences(gainer, from, RunFigures.Accuracy).ToDictionary(v => v.Seed, v => v.Value);
        (double, double)[] pairs = [.. arms.Differences(whole, from, RunFigures.Accuracy)
            .Where(l => gains.ContainsKey(l.Seed)).Select(l => (gains[l.Seed], l.Value))];
        if (SeedRatio.Of(pairs) is not { } ratio) return;
        string told = ratio.Interval.IsFinite ? name : $"{name} (the loss itself is not found: undefined)";
        double value = ratio.Interval.IsFinite ? ratio.Value : double.NaN;
        _all.Add(new SideFigure(told, FigureUnit.Share, value, ratio.Interval, pairs.Length));
    }

    public static string At(double sparsity) => $"at {ReportText.Percent(sparsity, "0.##")} %";

    public static string After(int epochs) => $"after {ReportText.Count(epochs, "epoch")}";
}
