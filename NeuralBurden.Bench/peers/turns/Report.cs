using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace NeuralBurden.Bench.Peers;

/// <summary>The measured table as Markdown.</summary>
internal static class Report
{
    public static string Machine()
    {
        string[] lines = File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];
        string name = lines.FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            ?? $": {RuntimeInformation.ProcessArchitecture}";
        string vectors = System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? "512"
            : System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated ? "256" : "128";
        return $"{Environment.ProcessorCount} x {name[(name.IndexOf(':') + 1)..].Trim()}, vectors of {vectors} bits, "
            + $"{RuntimeInformation.OSDescription}, .NET {Environment.Version}";
    }

    /// <summary>Lines of one comparison: both sides' images/s (median, best, interquartile range) and the ratio.</summary>
    public static IEnumerable<string> Lines(JsonObject comparison)
    {
        foreach (var ratio in Ratio.All.Where(r => r.Kind == (string?)comparison["kind"]))
        {
            if (Find(comparison["peer"]!, ratio.Mode) is not { } peer || Find(comparison["ours"]!, ratio.Case) is not { } ours)
                continue;
            if ((string?)ours["check"] != "passed") throw new InvalidDataException($"nb, {ratio.Case}: {ours["check"]}");
            double updating = Rate(ours, "images_per_second_with_updates");
            double counted = updating > 0 ? updating : Rate(ours, "images_per_second");
            double median = counted / Rate(peer, "images_per_second");
            double best = Rate(ours, "images_per_second_best") / Rate(peer, "images_per_second_best");
            yield return $"| {ratio.Case} {ratio.Kind} / {ratio.Mode} | {comparison["dim"]} | {comparison["threads"]} "
                + $"| {Text(ours, counted)} | {Text(peer, Rate(peer, "images_per_second"))} | **{median:0.00}** ({best:0.00}) |";
        }
    }

    /// <summary>Memory at the peak of both programs.</summary>
    public static string Peaks(JsonObject comparison, string peer) =>
        $"{comparison["kind"]}, d{comparison["dim"]}, {comparison["threads"]} threads: "
            + $"nb {(long)comparison["our_peak_bytes"]! >> 20:#,0} MiB, "
            + $"{peer} {(long)comparison["peer_peak_bytes"]! >> 20:#,0} MiB";

    private static string Text(JsonNode figures, double rate)
    {
        double spread = (Rate(figures, "seconds_upper_quartile") - Rate(figures, "seconds_lower_quartile"))
            / Rate(figures, "seconds_median");
        return $"{rate:#,0} ({Rate(figures, "images_per_second_best"):#,0}; {100 * spread:0} %; {figures["rounds"]})";
    }

    private static JsonNode? Find(JsonNode figures, string name) =>
        figures.AsArray().FirstOrDefault(f => (string?)f!["case"] == name);

    private static double Rate(JsonNode figures, string name) => (double?)figures[name] ?? 0;
}
