using System.Text;
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
        var html = new StringBuilder("<div class=\"wide\"><table class=\"results\"><thead><tr>");
        foreach (var (head, unit) in Columns)
            html.Append($"<th scope=\"col\">{head}<small>{unit}</small></th>");
        html.Append("</tr></thead><tbody>\n");
        double best = groups.Max(g => g.Of(r => r.TestAccuracy)!.Value.Mean);
        foreach (var group in groups)
        {
            var accuracy = group.Of(r => r.TestAccuracy);
            string label = group.IsSimulated ? $" <span class=\"tag\">{group.DenseProducts} products dense</span>" : "";
            html.Append($"<tr><th scope=\"row\"><i class=\"key {SvgFigure.Class(group)}\"></i>")
                .Append(ReportText.Escape(group.Label)).Append(label).Append("</th>");
            Cell(html, ReportText.Number(group.Runs.Count, "0"));
            string? style = accuracy!.Value.Mean == best ? "best" : null;
            string average = group.Of(r => r.EmaTestAccuracy) is { } ema
                ? $" <small>EMA {ReportText.MeanSpread(ema, "0.00", 100)}</small>"
                : "";
            Cell(html, ReportText.MeanSpread(accuracy, "0.00", 100) + average, style);
            Cell(html, ReportText.Number(group.Of(r => r.TestLoss)?.Mean ?? double.NaN, "0.000"));
            Cell(html, ReportText.Percent(group.Sparsity, "0.0"));
            Cell(html, ReportText.Compact(group.Of(r => r.ParamsKept)));
            Cell(html, ReportText.Compact(group.Of(r => r.MacsPerImageTheoretical)));
            Cell(html, ReportText.Bytes(group.Of(r => r.StoredBytes)!.Value.Mean));
            Cell(html, ReportText.CompactSpread(group.TrainingSpeed));
            Cell(html, ReportText.CompactSpread(group.TestSpeed));
            Cell(html, ReportText.MeanSpread(group.Of(r => r.Burden), "0.00"));
            Cell(html, ReportText.Duration(group.Of(r => r.WallSeconds)!.Value.Mean));
            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
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
        if (keys.Count == 0)
            return "";
        var html = new StringBuilder("<div class=\"wide\"><table class=\"differences\"><thead><tr><th></th>");
        foreach (var group in groups)
            html.Append("<th scope=\"col\">").Append(ReportText.Escape(group.Label)).Append("</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (var (key, values) in keys)
        {
            html.Append("<tr><th scope=\"row\"><code>").Append(ReportText.Escape(key)).Append("</code></th>");
            foreach (string value in values)
                Cell(html, ReportText.Escape(value));
            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    public static string Legend(IEnumerable<RunGroup> groups)
    {
        var html = new StringBuilder("<p class=\"legend\">");
        foreach (var group in groups)
        {
            html.Append("<span><i class=\"key ").Append(SvgFigure.Class(group)).Append("\"></i>")
                .Append(ReportText.Escape(group.Label)).Append("</span> ");
        }

        return html.Append("</p>\n").ToString();
    }

    private static string Value(RunConfig config, string key) =>
        ConfigFields.Of(config).FirstOrDefault(f => f.Key == key)?.Get(config) ?? "";

    private static void Cell(StringBuilder html, string content, string? style = null) =>
        html.Append(style is null ? "<td>" : $"<td class=\"{style}\">").Append(content).Append("</td>");
}
