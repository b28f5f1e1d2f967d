using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices.Cpu;

namespace NeuralBurden.Bench.Columns;

/// <summary>A rate from the cost that an <see cref="Ops.OpBenchmarks{TContract}"/> case declares and the median time.</summary>
public sealed class RateColumn(Rate rate) : IColumn
{
    private static readonly Lazy<MachinePeak> Peak = new(() =>
    {
        using var device = new CpuDevice();
        return MachinePeak.Measure(device.Info.Units, device.VectorBits);
    });

    public string Id => $"rate.{rate}";

    public string ColumnName => rate switch
    {
        Rate.Gflops => "GFLOP/s",
        Rate.Bandwidth => "GB/s",
        _ => "% of peak",
    };

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => (int)rate;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => rate switch
    {
        Rate.Gflops => "2 FLOP per multiply-add of matrix products, at the median",
        Rate.Bandwidth => "bytes read and written once, at the median",
        _ => "time at the peak measured by microbenchmarks (FMA, triad) over the median; device cpu only",
    };

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        var statistics = summary[benchmarkCase]?.ResultStatistics;
        object? parameter = benchmarkCase.Parameters.Items.FirstOrDefault(p => p.Value is CaseName)?.Value;
        if (statistics is null || parameter is not CaseName name) return "-";
        double seconds = statistics.Median / 1e9;
        var cost = name.Cost;
        return rate switch
        {
            Rate.Gflops when cost.MultiplyAdds > 0 => $"{2e-9 * cost.MultiplyAdds / seconds:0.0}",
            Rate.Bandwidth when cost.Bytes > 0 => $"{1e-9 * cost.Bytes / seconds:0.0}",
            Rate.PercentOfPeak when benchmarkCase.Parameters["Device"] is "cpu" => $"{PercentOfPeak(name, seconds):0}",
            _ => "-",
        };
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;

    private static double PercentOfPeak(CaseName name, double seconds) => 100 / seconds * Math.Max(
        2e-9 * name.Cost.MultiplyAdds / Peak.Value.Gflops, 1e-9 * name.Cost.Bytes / Peak.Value.Bandwidth);
}
