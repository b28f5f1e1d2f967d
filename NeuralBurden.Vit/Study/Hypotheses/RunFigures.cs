using NeuralBurden.Vit.Burden;
using NeuralBurden.Vit.Study.Statistics;

namespace NeuralBurden.Vit.Study.Hypotheses;

/// <summary>Figures of one run that hypotheses compare.</summary>
internal static class RunFigures
{
    public static LoadRecord? End(StudyRun run) => run.Loads.Count == 0 ? null : run.Loads[^1];

    public static double? Accuracy(StudyRun run) => run.Accuracy;

    /// <summary>Accuracy of the twin less its own: what pruning and merging cost it.</summary>
    public static double? Loss(StudyRun run) => End(run)?.TwinAccuracy - run.Accuracy;

    /// <summary>A measure at the end, by key of <see cref="LoadMeasures"/>.</summary>
    public static Func<StudyRun, double?> Measure(string key) => run => Value(End(run), key);

    public static double? Value(LoadRecord? record, string key) =>
        record is not null && record.Values.TryGetValue(key, out double value) && double.IsFinite(value) ? value : null;

    /// <summary>What silencing the most loaded units costs beyond random ones, less the twin's own gap.</summary>
    public static double? SilencingGap(StudyRun run) => End(run) is { Silencing: { } own, TwinSilencing: { } twin }
        ? own.Gap - twin.Gap
        : null;

    /// <summary>Accuracy of one arm less another's, over the test images.</summary>
    public static SideFigure? OverImages(StudyArms arms, string name, StudyArm arm, StudyArm other, int images)
    {
        var pairs = new List<(byte[], byte[])>();
        foreach (var (seed, run) in arms.Runs(arm))
        {
            if (arms.Runs(other).TryGetValue(seed, out var rival)
                && (Bits(run), Bits(rival)) is ({ } own, { } its))
            {
                pairs.Add((own, its));
            }
        }

        if (ImageDifference.Of(pairs, images) is not { } difference) return null;
        double half = 1.959964 * difference.StandardError;
        return new SideFigure(
            name, FigureUnit.Points, difference.Mean, new Interval(difference.Mean - half, difference.Mean + half), images);
    }

    private static byte[]? Bits(StudyRun run)
    {
        string? text = End(run)?.Correct;
        byte[] bytes = new byte[text?.Length ?? 0];
        return text is not null && Convert.TryFromBase64String(text, bytes, out int count) ? bytes[..count] : null;
    }
}
