using NeuralBurden.Vit.ConfigTable;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Reports;

/// <summary>The tables of the report.</summary>
internal static class ReportTables
{
    private static readonly (string Head, string Unit)[] Columns =
    [
        ("Variant", ""), ("Seeds", ""), ("Accuracy", "%"), ("Loss", "nats"), ("Sparsity", "%"),
        ("Weights", "kept"), ("Multiply-adds", "per image"), ("Stored", "bytes"),
        ("Training", "images/s"), ("Test", "images/s"),
        ("Burden", "B"), ("Time", "per run"),
    ];

    /// <summary>One row per group: mean and spread over its seeds.</summary>
    public static string Results(IReadOnlyList<RunGroup> groups)
    {
        double best = groups.Max(g => g.Of(r => r.TestAccuracy)!.Value.Mean);
        return HtmlPage.Table(
            Columns.Select(c => $"{c.Head}<small>{c.Unit}</small>"), groups.Select(g => Result(g, best)), "results");
    }

    /// <summary>
    /// Keys whose values differ between groups, a row per key; empty when there is one group only.
    /// </summary>
    public static string Differences(IReadOnlyList<RunGroup> groups)
    {
        var keys = groups.SelectMany(g => ConfigFields.Of(g.Config)).Select(f => f.Key).Distinct()
            .Where(key => key is not ("name" or "seed"))
            .Select(key => (Key: key, Values: groups.Select(g => Value(g.Config, key)).ToList()))
            .Where(row => row.Values.Distinct().Count() > 1)
            .ToList();
        if (keys.Count == 0) return "";
        return HtmlPage.Table(
            groups.Select(g => ReportText.Escape(g.Label)).Prepend(""),
            keys.Select(row => row.Values.Select(ReportText.Escape).Prepend($"<code>{ReportText.Escape(row.Key)}</code>")),
            "differences");
    }

    public static string Legend(IEnumerable<RunGroup> groups) =>
        HtmlPage.Legend(groups.Select(group => $"<span>{Name(group)}</span> "));

    /// <summary>A group's colour and label.</summary>
    public static string Name(RunGroup group) =>
        $"<i class=\"key {SvgFigure.Class(group)}\"></i>{ReportText.Escape(group.Label)}";

    private static IEnumerable<string> Result(RunGroup group, double best)
    {
        string label = group.IsSimulated ? $" <span class=\"tag\">{group.DenseProducts} products dense</span>" : "";
        var accuracy = group.Of(r => r.TestAccuracy)!.Value;
        string mean = ReportText.MeanSpread(accuracy, "0.00", 100);
        string average = group.Of(r => r.EmaTestAccuracy) is { } ema
            ? $" <small>EMA {ReportText.MeanSpread(ema, "0.00", 100)}</small>"
            : "";
        return
        [
            Name(group) + label,
            ReportText.Number(group.Runs.Count, "0"),
            accuracy.Mean == best ? $"<strong>{mean}{average}</strong>" : mean + average,
            ReportText.Number(group.Of(r => r.TestLoss)?.Mean ?? double.NaN, "0.000"),
            ReportText.Percent(group.Sparsity, "0.0"),
            ReportText.Compact(group.Of(r => r.ParamsKept)),
            ReportText.Compact(group.Of(r => r.MacsPerImageTheoretical)),
            ReportText.Bytes(group.Of(r => r.StoredBytes)!.Value.Mean),
            ReportText.CompactSpread(group.TrainingSpeed),
            ReportText.CompactSpread(group.TestSpeed),
            ReportText.MeanSpread(group.Of(r => r.Burden), "0.00"),
            ReportText.Duration(group.Of(r => r.WallSeconds)!.Value.Mean),
        ];
    }

    private static string Value(RunConfig config, string key) =>
        ConfigFields.Of(config).FirstOrDefault(f => f.Key == key)?.Get(config) ?? "";
}
