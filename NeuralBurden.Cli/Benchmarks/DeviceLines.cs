using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Vit.Benchmarks;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>Results of <c>nb bench devices</c> as they come, a line each.</summary>
internal static class DeviceLines
{
    public static string Of(OpResult op)
    {
        string name = $"{On(op.Device, op.Threads)}  d {op.Dim}  {op.Name}";
        return op.Measurement.Usual is not { } usual
            ? $"{name}: check failed"
            : $"{name}: {Milliseconds(usual)}{Part(op.Gflops, "0.0", "GFLOP/s")}{Part(op.PercentOfPeak, "0", "% of peak")}";
    }

    public static string Of(WorkloadResult result)
    {
        string kind = result.Kind == WorkloadKind.TrainStep ? "training" : "inference";
        string name = $"{On(result.Device, result.Threads)}  d {result.Dim}  {kind}, {result.Case.Name}";
        return result.Measurement.Usual is not { } usual
            ? $"{name}: check failed"
            : $"{name}: {ReportText.Number(result.ImagesPerSecond!.Value, "#,0.0")} images/s, {Milliseconds(usual)}"
                + Part(result.Launches?.Count, "0", "launches") + Part(result.LaunchesPerBlock, "0.#", "a block");
    }

    private static string On(string device, int threads) =>
        device == "cpu" ? $"cpu, {ReportText.Count(threads, "thread")}" : device;

    private static string Milliseconds(in SampleSummary usual) =>
        $"{ReportText.Number(usual.Median * 1e3, "0.000")} ms (spread {ReportText.Percent(usual.Spread)} %)";

    private static string Part(double? value, string format, string unit) =>
        value is { } number ? $", {ReportText.Number(number, format)} {unit}" : "";
}
