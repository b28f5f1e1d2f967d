using System.Text;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Vit.Benchmarks;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>The comparison of devices as one self-contained page: a column per device.</summary>
internal static class DevicePage
{
    private const string Style =
        "body{font:14px system-ui,sans-serif;margin:2em;max-width:80em}"
        + "table{border-collapse:collapse;margin:1em 0}th,td{padding:.25em .8em;text-align:right;border-bottom:1px solid #ddd}"
        + "th:first-child,td:first-child{text-align:left}.bad{color:#b00}";

    public static string Create(DeviceComparison comparison)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Devices</title>")
            .Append($"<style>{Style}</style><h1>Devices</h1><p>{ReportText.Escape(MachineText.Software)}</p><ul>");
        foreach (var device in comparison.Devices)
        {
            page.Append($"<li><b>{ReportText.Escape(Column(device.Id, device.Units))}</b>: {ReportText.Escape(device.Name)}; ")
                .Append($"{ReportText.Escape(string.Join(", ", device.Capabilities))}</li>");
        }

        page.Append("</ul>");
        foreach (var peak in comparison.Peaks) page.Append($"<p>{ReportText.Escape(PeakText.Line(peak))}</p>");
        page.Append("<p>Medians; every op and workload was checked in the same process before it was timed.</p>");
        foreach (var kind in comparison.Workloads.GroupBy(w => w.Kind))
        {
            string title = kind.Key == WorkloadKind.TrainStep ? "Training, images/s" : "Inference, images/s";
            Table(
                page, title, kind.ToList(), w => $"{w.Case.Name}, d {w.Dim}", w => Column(w.Device, w.Threads), Speed);
        }

        Table(
            page,
            "Ops, ms (percent of peak)",
            comparison.Ops,
            o => $"{o.Name}, d {o.Dim}",
            o => Column(o.Device, o.Threads),
            Time);
        return page.Append("</html>\n").ToString();

        string Speed(WorkloadResult w)
        {
            double? peak = comparison.PeaksOf(w.Device).FirstOrDefault(p => p.Threads == w.Threads)?.Gflops;
            return w.ImagesPerSecond is { } speed
                ? ReportText.Number(speed, "#,0") + Percent(100 * w.Gflops / peak)
                : Failed(w.Measurement);
        }
    }

    private static string Time(OpResult op) => op.Measurement.Usual is { } usual
        ? ReportText.Number(usual.Median * 1e3, "0.000") + Percent(op.PercentOfPeak)
        : Failed(op.Measurement);

    private static string Percent(double? value) => value is { } p ? $" ({ReportText.Number(p, "0")} %)" : "";

    private static string Failed(Measurement measurement) =>
        $"<span class=\"bad\" title=\"{ReportText.Escape(measurement.Failure!)}\">check failed</span>";

    private static string Column(string device, int units) =>
        device == "cpu" ? $"cpu, {ReportText.Count(units, "thread")}" : device;

    private static void Table<T>(
        StringBuilder page,
        string title,
        IReadOnlyCollection<T> results,
        Func<T, string> row,
        Func<T, string> column,
        Func<T, string> text)
    {
        string[] columns = [.. results.Select(column).Distinct()];
        page.Append($"<h2>{ReportText.Escape(title)}</h2><table><tr><th></th>");
        foreach (string name in columns) page.Append($"<th>{ReportText.Escape(name)}</th>");
        page.Append("</tr>");
        foreach (var line in results.GroupBy(row))
        {
            page.Append($"<tr><td>{ReportText.Escape(line.Key)}</td>");
            foreach (string name in columns)
            {
                var cell = line.Where(r => column(r) == name).Select(text).FirstOrDefault();
                page.Append($"<td>{cell ?? "&ndash;"}</td>");
            }

            page.Append("</tr>");
        }

        page.Append("</table>");
    }
}
