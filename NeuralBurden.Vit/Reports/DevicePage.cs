using System.Text;

namespace NeuralBurden.Vit.Reports;

/// <summary>
/// Devices of one or more files side by side, as one self-contained page for light, dark and paper: bars per workload,
/// rooflines, and a table of the ops.
/// </summary>
public static class DevicePage
{
    private const string Style = """
        svg .spread { stroke: var(--fg); stroke-width: 1.5; }
        td.failed { color: var(--c1); }
        td.num small { color: var(--soft); margin-left: 0.5em; }
        """;

    /// <param name="files">At least one; of several, columns name the machine too.</param>
    /// <param name="baseColumn">The device that ratios refer to, as a column names it; null = the first.</param>
    /// <exception cref="ArgumentException">There is no such column; the message names those there are.</exception>
    public static string Create(IReadOnlyList<DeviceFile> files, string? baseColumn = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(files.Count, nameof(files));
        var rows = DeviceTables.RowsOf(files);
        string[] columns = [.. rows.Select(r => r.Column).Distinct()];
        baseColumn ??= columns.FirstOrDefault() ?? "";
        if (columns.Length > 0 && !columns.Contains(baseColumn))
            throw new ArgumentException($"no device '{baseColumn}'; allowed: {string.Join("; ", columns)}", nameof(baseColumn));
        var html = new StringBuilder();
        foreach (var file in files) Head(html, file);
        if (rows.Count > 0) html.Append(HtmlPage.Legend(columns.Select(Key)));
        Bars(html, "Training steps", "step", rows, columns, baseColumn);
        Bars(html, "Inference", "infer", rows, columns, baseColumn);
        Rooflines(html, files, rows);
        Ops(html, [.. rows.Where(r => r.Kind == "op")], columns, baseColumn);
        return HtmlPage.Create("Devices", Style, html.ToString());
    }

    private static void Head(StringBuilder html, DeviceFile file)
    {
        html.Append($"<p class=\"lead\">{ReportText.Escape($"{file.Machine}; {file.Date:yyyy-MM-dd}")}")
            .Append(file.IsComplete ? "" : " <span class=\"tag\">stopped early</span>").Append("</p>\n<ul class=\"note\">");
        foreach (var (id, text) in file.Devices)
            html.Append($"<li><b>{ReportText.Escape(id)}</b>: {ReportText.Escape(text)}</li>");
        html.Append($"</ul>\n<p class=\"note\">{ReportText.Escape(file.Software)}. Medians; bars end there, lines span the "
            + "middle half of the samples. Every op and workload was checked in the same process before it was timed.</p>\n");
    }

    private static void Bars(
        StringBuilder html,
        string title,
        string kind,
        IReadOnlyList<DeviceRow> rows,
        IReadOnlyList<string> columns,
        string baseColumn)
    {
        var some = rows.Where(r => r.Kind == kind).ToList();
        if (some.Count == 0) return;
        html.Append($"<section><h2>{title}</h2>\n<p class=\"note\">Images per second")
            .Append(Ratios(columns, baseColumn)).Append(".</p>\n");
        foreach (var group in some.GroupBy(r => (r.Dim, r.Shape)))
        {
            string heading = $"d {group.Key.Dim}, {group.Key.Shape}";
            html.Append("<figure class=\"wide\">")
                .Append(DeviceBars.Draw(heading, [.. group], columns, baseColumn)).Append("</figure>\n");
        }

        html.Append("</section>\n");
    }

    private static void Rooflines(StringBuilder html, IReadOnlyList<DeviceFile> files, IReadOnlyList<DeviceRow> rows)
    {
        var figures = new List<string>();
        foreach (var peak in files.SelectMany(f => DeviceTables.PeaksOf(f, files)))
        {
            var ops = rows.Where(r => r.Kind == "op" && r.Column == peak.Column && r.Intensity is not null && r.Gflops > 0);
            if (ops.ToList() is { Count: > 1 } some) figures.Add(Roofline.Draw(peak, some));
        }

        if (figures.Count == 0) return;
        string[] groups = ["", "Gemm", "Attention", "Sparse products", "others"];
        string key = string.Concat(groups.Select(Key).Skip(1));
        html.Append("<section><h2>Rooflines</h2>\n<p class=\"note\">Each mark is an op. Dashed: the measured peak; dotted: the "
            + "bandwidth of a triad over as many bytes, of all threads together.</p>\n<p class=\"legend\">")
            .Append(key).Append("</p>\n");
        foreach (string figure in figures) html.Append("<figure class=\"wide\">").Append(figure).Append("</figure>\n");
        html.Append("</section>\n");
    }

    private static void Ops(
        StringBuilder html, IReadOnlyList<DeviceRow> ops, IReadOnlyList<string> columns, string baseColumn)
    {
        if (ops.Count == 0) return;
        html.Append("<section><h2>Ops</h2>\n<p class=\"note\">Milliseconds")
            .Append(Ratios(columns, baseColumn)).Append("; percent of what arithmetic or traffic allow at best, the traffic ")
            .Append("at the bandwidth of the cache that holds as much.</p>\n<div class=\"wide\"><table><thead><tr><th>Op</th>");
        foreach (string column in columns) html.Append($"<th>{ReportText.Escape(column)}</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach (var line in ops.GroupBy(r => r.Case))
        {
            var first = line.First();
            var reference = line.FirstOrDefault(r => r.Column == baseColumn && r.Failure is null);
            html.Append($"<tr><td title=\"{ReportText.Escape(first.Shape)}\">")
                .Append(ReportText.Escape($"{first.Name}, d {first.Dim}")).Append("</td>");
            foreach (string column in columns) Cell(html, line.FirstOrDefault(r => r.Column == column), reference);
            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div></section>\n");
    }

    private static string Ratios(IReadOnlyList<string> columns, string baseColumn) =>
        columns.Count > 1 ? $"; ratios of speed to {ReportText.Escape(baseColumn)}" : "";

    private static string Key(string name, int colour) =>
        $"<span><i class=\"key {SvgFigure.Class(colour)}\"></i>{ReportText.Escape(name)}</span>";

    private static void Cell(StringBuilder html, DeviceRow? row, DeviceRow? reference)
    {
        if (row is null)
        {
            html.Append("<td>\u2013</td>");
        }
        else if (row.Failure is not null)
        {
            html.Append($"<td class=\"failed\" title=\"{ReportText.Escape(row.Failure)}\">check failed</td>");
        }
        else
        {
            var notes = new List<string>();
            if (reference is not null && !ReferenceEquals(reference, row))
                notes.Add($"{ReportText.Number(reference.Median / row.Median, "0.00")} x");
            if (row.PercentOfPeak is { } percent) notes.Add($"{ReportText.Number(percent, "0")} %");
            html.Append($"<td class=\"num\">{ReportText.Number(row.Median * 1e3, "0.000")}<small>")
                .Append(string.Join(" \u00b7 ", notes)).Append("</small></td>");
        }
    }
}
