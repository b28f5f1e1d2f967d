using NeuralBurden.Vit.Burden;

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

    /// <summary>Who is right on which test image at the end, packed; null where it was not stored.</summary>
    public static byte[]? Correct(StudyRun run)
    {
        string? text = End(run)?.Correct;
        byte[] bytes = new byte[text?.Length ?? 0];
        return text is not null && Convert.TryFromBase64String(text, bytes, out int count) ? bytes[..count] : null;
    }
}
