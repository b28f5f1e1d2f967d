using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>The machine's measured peak in one line.</summary>
internal static class PeakText
{
    public static string Line(MachinePeak peak) =>
        $"machine peak, {ReportText.Count(peak.Threads, "thread")}, {peak.VectorBits}-bit vectors: "
        + $"{ReportText.Number(peak.Gflops, "0.0")} GFLOP/s FMA (median {ReportText.Number(peak.MedianGflops, "0.0")}), "
        + $"{ReportText.Number(peak.Bandwidth, "0.0")} GB/s triad "
        + $"(median {ReportText.Number(peak.MedianBandwidth, "0.0")})";
}
