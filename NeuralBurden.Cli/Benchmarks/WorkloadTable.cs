using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Vit.Benchmarks;
using NeuralBurden.Vit.Model;
using NeuralBurden.Vit.Reports;
using Spectre.Console;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>The results of <c>nb bench step</c> and <c>infer</c> for people.</summary>
internal static class WorkloadTable
{
    private const string None = "-";

    public static void Write(Shell shell, IReadOnlyList<WorkloadResult> results, IReadOnlyList<MachinePeak> peaks)
    {
        foreach (var peak in peaks) shell.Output.WriteLine(PeakText.Line(peak));
        if (results.Count == 0) return;
        var first = results[0];
        shell.Output.WriteLine(
            $"{(first.Kind == WorkloadKind.TrainStep ? "training steps" : "inference")} of {first.Batch} images, "
            + $"{first.Tokens} tokens, {ReportText.Count(first.Model.Depth, "block")}, "
            + $"{ReportText.Count(first.Model.Heads, "head")}; "
            + $"time by {first.Clock} clock; medians, spread = interquartile range");
        shell.Console.Write(Speeds(results, peaks));
        if (results.Any(r => r.Parts is not null))
        {
            shell.Output.WriteLine("parts of a step, ms (mean of a few steps apart from the measurement)");
            shell.Console.Write(Parts(results));
        }
    }

    private static Table Speeds(IReadOnlyList<WorkloadResult> results, IReadOnlyList<MachinePeak> peaks)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "Case", "d", "Threads", "images/s", "best", "spread", "with mask updates", "vs dense", "ms",
            "GFLOP/s", "% of peak");
        foreach (var result in results)
        {
            if (result.Measurement.Usual is not { } usual)
            {
                table.AddRow(result.Case.Name, $"{result.Dim}", $"{result.Threads}", "check failed");
                continue;
            }

            var dense = results.FirstOrDefault(r =>
                r.Case.Name == "dense" && r.Dim == result.Dim && r.Threads == result.Threads && r.Measurement.Passed);
            double? peak = peaks.FirstOrDefault(p => p.Threads == result.Threads)?.Gflops;
            table.AddRow(
                result.Case.Name,
                $"{result.Dim}",
                $"{result.Threads}",
                Text(result.ImagesPerSecond, "#,0.0"),
                Text(result.Batch / usual.Best, "#,0.0"),
                $"{ReportText.Percent(usual.Spread)} %",
                Text(result.ImagesPerSecondWithUpdates, "#,0.0"),
                Text(result.ImagesPerSecond / dense?.ImagesPerSecond, "0.00"),
                Text(usual.Median * 1e3, "0.0"),
                Text(result.Gflops, "0.0"),
                Text(100 * result.Gflops / peak, "0"));
        }

        return table;
    }

    private static Table Parts(IReadOnlyList<WorkloadResult> results)
    {
        var parts = Enum.GetValues<StepPart>();
        var table = new Table().Border(TableBorder.Simple).AddColumns("Case", "d", "Threads");
        table.AddColumns([.. parts.Select(p => p.ToString().ToLowerInvariant())]);
        foreach (var result in results.Where(r => r.Parts is not null))
        {
            string[] names = [result.Case.Name, $"{result.Dim}", $"{result.Threads}"];
            table.AddRow([.. names, .. parts.Select(p => Text(result.Parts![p] * 1e3, "0.0"))]);
        }

        return table;
    }

    private static string Text(double? value, string format) =>
        value is { } number ? ReportText.Number(number, format) : None;
}
