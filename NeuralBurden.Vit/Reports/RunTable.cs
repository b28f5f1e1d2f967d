using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralBurden.Vit.Runs;

namespace NeuralBurden.Vit.Reports;

/// <summary>The figures of finished runs as text that other programs and documents take.</summary>
public static class RunTable
{
    private static readonly (string Head, Func<RunGroup, string?> Cell)[] Columns =
    [
        ("Variant", group => group.Label),
        ("Seeds", group => ReportText.Number(group.Runs.Count, "0")),
        ("Test accuracy, %", group => ReportText.MeanSpread(group.Of(r => r.TestAccuracy), "0.00", 100)),
        ("Sparsity, %", group => ReportText.Percent(group.Sparsity, "0.0")),
        ("Mask updates", group => Mean(group, r => r.MaskUpdates, "0")),
        ("Flips an update, %", group => Mean(group, r => r.FlipRate, "0.00", 100)),
        ("Ever kept, %", group => Mean(group, r => r.InTimeRate, "0.0", 100)),
        ("Tokens at the end", group => group.Merges
            ? Mean(group, r => r.TokensPerLayer.Count > 0 ? r.TokensPerLayer[^1] : null, "0.#")
            : null),
        ("Burden", group => group.Of(r => r.Burden) is { } burden ? ReportText.MeanSpread(burden, "0.000") : null),
        ("Multiply-adds, theory", group => ReportText.Compact(group.Of(r => r.MacsPerImageTheoretical))),
        ("Training, ms a step", group => ReportText.MeanSpread(
            group.Of(r => 1000 * group.Config.Train.BatchSize / r.TrainImagesPerSecond), "0.0")),
        ("Training, images/s", group => ReportText.MeanSpread(group.Of(r => r.TrainImagesPerSecond), "0")),
        ("Test, images/s", group => ReportText.MeanSpread(group.Of(r => r.EvalImagesPerSecond), "0")),
    ];

    /// <summary>
    /// A Markdown table with a row per variant: mean ± sample standard deviation over seeds. Columns that no variant has
    /// a figure for are left out.
    /// </summary>
    public static string Markdown(IReadOnlyList<StoredRun> runs)
    {
        var groups = RunGroup.Of(runs);
        var columns = Columns
            .Select(c => (c.Head, Cells: groups.Select(c.Cell).ToList()))
            .Where(c => c.Cells.Exists(cell => cell is not null))
            .ToList();
        return MarkdownTable.Of(
            [.. columns.Select(c => c.Head)],
            groups.Select((_, i) => columns.Select(c => c.Cells[i])),
            numbersFrom: 1);
    }

    /// <summary>
    /// CSV with a row per run and a column per figure of <c>result.json</c>, under the same names; a figure that a run
    /// does not have is empty.
    /// </summary>
    public static string Csv(IReadOnlyList<StoredRun> runs)
    {
        var rows = runs.Select(run => JsonSerializer.SerializeToNode(run.Result, RunJson.Default.RunResult)!.AsObject())
            .Select(row => row.Where(p => p.Value is JsonValue).ToDictionary(p => p.Key, p => p.Value!.ToString()))
            .ToList();
        var names = rows.SelectMany(row => row.Keys).Distinct().ToList();
        var text = new StringBuilder().AppendJoin(',', names).Append('\n');
        foreach (var row in rows)
            text.AppendJoin(',', names.Select(name => Quoted(row.GetValueOrDefault(name, "")))).Append('\n');
        return text.ToString();
    }

    private static string? Mean(RunGroup group, Func<RunResult, double?> figure, string format, double scale = 1) =>
        group.Of(figure) is { } statistic ? ReportText.Number(statistic.Mean * scale, format) : null;

    private static string Quoted(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
