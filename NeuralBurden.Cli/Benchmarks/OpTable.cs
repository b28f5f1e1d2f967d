using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Vit.Reports;
using Spectre.Console;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>The results of <c>nb bench ops</c> for people.</summary>
internal static class OpTable
{
    public static void Write(Shell shell, IReadOnlyList<OpResult> results, IEnumerable<MachinePeak> peaks)
    {
        foreach (var peak in peaks) shell.Output.WriteLine(PeakText.Line(peak));
        shell.Output.WriteLine(
            "medians; % of peak: time at peak arithmetic or peak bandwidth, the longer one, over the time taken");
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "Op", "Shape", "d", "Threads", "ms", "best", "spread", "GFLOP/s", "GB/s", "% of peak");
        foreach (var result in results)
        {
            string[] names = [result.Name, Markup.Escape(result.Description), $"{result.Dim}", $"{result.Threads}"];
            table.AddRow(result.Measurement.Usual is not { } usual
                ? [.. names, "check failed"]
                :
                [
                    .. names,
                    ReportText.Number(usual.Median * 1e3, "0.000"),
                    ReportText.Number(usual.Best * 1e3, "0.000"),
                    $"{ReportText.Percent(usual.Spread)} %",
                    Text(result.Gflops, "0.0"),
                    Text(result.Bandwidth, "0.0"),
                    Text(result.PercentOfPeak, "0"),
                ]);
        }

        shell.Console.Write(table);
    }

    private static string Text(double? value, string format) =>
        value is { } number ? ReportText.Number(number, format) : "-";
}
