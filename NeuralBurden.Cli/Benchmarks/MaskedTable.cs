using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Vit.Reports;
using Spectre.Console;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>The results of <c>nb bench masked</c> for people.</summary>
internal static class MaskedTable
{
    public static void Write(Shell shell, IReadOnlyList<MaskedResult> results)
    {
        if (results.Count == 0) return;
        shell.Output.WriteLine($"microseconds at medians, alternately on {results[0].Device}; "
            + $"dense: the program's own kernel{(results[0].Library is { } library ? $", and {library}" : "")}");
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("Case", "Shape", "d", "mask", "kept", "masked", "dense", "library", "gain");
        foreach (var result in results)
        {
            string[] names =
                [result.Name, Markup.Escape(result.Description), $"{result.Dim}", result.Pattern, Text(result.Density, "0.0 %")];
            table.AddRow(!result.Ours.Passed
                ? [.. names, "check failed"]
                : [.. names, Time(result.Ours), Time(result.Dense), Time(result.Theirs), Text(result.Gain, "0.00")]);
        }

        shell.Console.Write(table);
    }

    private static string Time(Measurement? measurement) => Text(1e6 * measurement?.Usual?.Median, "#,0.0");

    private static string Text(double? value, string format) =>
        value is { } number ? ReportText.Number(number, format) : "-";
}
