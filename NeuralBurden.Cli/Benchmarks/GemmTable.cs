using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Reports;
using Spectre.Console;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>The results of <c>nb bench gemm</c> for people.</summary>
internal static class GemmTable
{
    public static void Write(Shell shell, IReadOnlyList<GemmResult> results)
    {
        if (results.Count == 0) return;
        shell.Output.WriteLine(results[0].Library is { } library
            ? $"{results[0].Precision.Name()} against {library}, alternately on one device; GFLOP/s at medians"
            : $"{results[0].Device} in {results[0].Precision.Name()}, no vendor's library; GFLOP/s at medians");
        var table = new Table().Border(TableBorder.Simple).AddColumns("Case", "Shape", "d", "ours", "library", "ratio");
        foreach (var result in results)
        {
            string[] names = [result.Name, Markup.Escape(result.Description), $"{result.Dim}"];
            table.AddRow(!result.Ours.Passed
                ? [.. names, "check failed"]
                : [.. names, Text(result.Gflops, "#,0.0"), Text(result.TheirGflops, "#,0.0"), Text(result.Ratio, "0.00")]);
        }

        shell.Console.Write(table);
    }

    private static string Text(double? value, string format) =>
        value is { } number ? ReportText.Number(number, format) : "-";
}
