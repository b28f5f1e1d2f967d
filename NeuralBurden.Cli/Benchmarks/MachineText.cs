using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Training;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>What figures of this machine were made with.</summary>
internal static class MachineText
{
    public static string Software =>
        $"nb {EnvironmentProbe.ProgramVersion}, .NET {Environment.Version}, "
        + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}";

    /// <summary>Processor, cores and memory; the clock where Linux tells it, at this moment.</summary>
    public static JsonObject Facts()
    {
        using var processor = DeviceCatalog.Open("cpu");
        var facts = new JsonObject
        {
            ["processor"] = processor.Info.Name,
            ["cores"] = Environment.ProcessorCount,
            ["memory_bytes"] = processor.Info.MemoryBytes,
        };
        if (ClockMegahertz() is { } clock) facts["clock_mhz"] = clock;
        return facts;
    }

    private static double? ClockMegahertz()
    {
        const string path = "/proc/cpuinfo", field = "cpu MHz";
        if (!File.Exists(path)) return null;
        string? line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
        return double.TryParse(line?.Split(':')[^1], CultureInfo.InvariantCulture, out double clock) ? clock : null;
    }
}
