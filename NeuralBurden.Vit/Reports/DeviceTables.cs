using System.Text;

namespace NeuralBurden.Vit.Reports;

/// <summary>Tables of device files in Markdown, and what pages of several files share.</summary>
public static class DeviceTables
{
    /// <summary>The rows of all files; of several, devices carry the file's name.</summary>
    public static IReadOnlyList<DeviceRow> RowsOf(IReadOnlyList<DeviceFile> files) => files.Count == 1
        ? files[0].Rows
        : [.. files.SelectMany(f => f.Rows.Select(r => r with { Device = $"{NameOf(f)}: {r.Column}" }))];

    /// <summary>The peaks of one of the files, named as its rows are.</summary>
    public static IEnumerable<DevicePeak> PeaksOf(DeviceFile file, IReadOnlyList<DeviceFile> files) =>
        files.Count == 1 ? file.Peaks : file.Peaks.Select(p => p with { Column = $"{NameOf(file)}: {p.Column}" });

    /// <summary>For each file a heading and its workloads by device: images per second, percent of peak, launches.</summary>
    public static string Markdown(IReadOnlyList<DeviceFile> files)
    {
        var text = new StringBuilder();
        foreach (var file in files)
        {
            text.Append($"### {NameOf(file)}: {file.Machine}\n\n{file.Date:yyyy-MM-dd}, {file.Software}"
                + $"{(file.IsComplete ? "" : "; stopped early")}.\n\n");
            foreach (var (id, about) in file.Devices) text.Append($"- `{id}`: {about}\n");
            foreach (var kind in file.Rows.Where(r => r.Kind != "op").GroupBy(r => (r.Kind, r.Shape)))
            {
                string what = kind.Key.Kind == "step" ? "training" : "inference";
                string[] columns = [.. kind.Select(r => r.Column).Distinct()];
                var rows = kind.GroupBy(r => $"{r.Name}, d {r.Dim}")
                    .Select(line => columns.Select(c => Cell(line.FirstOrDefault(r => r.Column == c))).Prepend(line.Key));
                text.Append('\n').Append(MarkdownTable.Of([$"{what}, images/s: {kind.Key.Shape}", .. columns], rows));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string? Cell(DeviceRow? row)
    {
        if (row is null) return null;
        if (row.ImagesPerSecond is not { } speed) return "check failed";
        string percent = row.PercentOfPeak is { } p ? $" ({ReportText.Number(p, "0")} %)" : "";
        string launches = row.Launches is { } n ? $", {n} {(n == 1 ? "launch" : "launches")}" : "";
        if (row.LaunchesPerBlock is { } each) launches += $", {ReportText.Number(each, "0.#")} a block";
        return ReportText.Number(speed, speed < 100 ? "0.0" : "#,0") + percent + launches;
    }

    private static string NameOf(DeviceFile file) => Path.GetFileNameWithoutExtension(file.Source);
}
