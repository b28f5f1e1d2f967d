using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Csv;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using NeuralBurden.Bench.Columns;

namespace NeuralBurden.Bench.Configs;

/// <summary>
/// How long and how closely to look. All export Markdown, CSV and JSON and show GFLOP/s, GB/s and percent of the
/// machine's measured peak.
/// </summary>
public static class BenchConfig
{
    /// <summary>A few iterations in this process: whether something changed grossly.</summary>
    public static IConfig Short => Create(Job.ShortRun);

    /// <summary>BenchmarkDotNet's own choice of iterations.</summary>
    public static IConfig Standard => Create(Job.Default);

    /// <summary>More iterations, allocations, and the machine code of the hot methods.</summary>
    public static IConfig Analysis => Create(Job.LongRun)
        .AddDiagnoser(new DisassemblyDiagnoser(new DisassemblyDiagnoserConfig(maxDepth: 2)));

    /// <exception cref="ArgumentException">There is no such config.</exception>
    public static IConfig Named(string name) => name.ToLowerInvariant() switch
    {
        "short" => Short,
        "standard" => Standard,
        "analysis" => Analysis,
        _ => throw new ArgumentException($"there is no config '{name}'; allowed: Short, Standard, Analysis"),
    };

    private static ManualConfig Create(Job job) => ManualConfig.CreateEmpty()
        .AddJob(job)
        .AddLogger(ConsoleLogger.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddColumn(StatisticColumn.Median, StatisticColumn.Iterations)
        .AddColumn(new RateColumn(Rate.Gflops), new RateColumn(Rate.Bandwidth), new RateColumn(Rate.PercentOfPeak))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddExporter(MarkdownExporter.GitHub, CsvExporter.Default, JsonExporter.Full);
}
