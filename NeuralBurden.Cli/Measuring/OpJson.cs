using System.Text.Json.Nodes;
using NeuralBurden.Compute.Benchmarks;

namespace NeuralBurden.Cli.Measuring;

/// <summary>One entry of <c>nb bench ops --json</c>: seconds are of one call, rates at the median.</summary>
internal static class OpJson
{
    public static JsonObject Of(OpResult result)
    {
        var json = new JsonObject
        {
            ["op"] = result.Op,
            ["name"] = result.Name,
            ["shape"] = result.Description,
            ["dim"] = result.Dim,
            ["threads"] = result.Threads,
            ["device"] = result.Device,
            ["clock"] = result.Clock,
            ["check"] = result.Measurement.Failure ?? "passed",
        };
        if (result.Measurement.Usual is not { } usual) return json;
        AddSeconds(json, "", usual);
        json["multiply_adds"] = result.Cost.MultiplyAdds;
        json["bytes"] = result.Cost.Bytes;
        json["gflops"] = result.Gflops;
        json["gigabytes_per_second"] = result.Bandwidth;
        json["percent_of_peak"] = result.PercentOfPeak;
        json["peak_gflops"] = result.Peak?.Gflops;
        json["peak_gigabytes_per_second"] = result.Peak?.Bandwidth;
        json["vector_bits"] = result.Peak?.VectorBits;
        return json;
    }

    public static JsonObject Of(OpenBlasResult result, string version)
    {
        var json = new JsonObject
        {
            ["name"] = result.Name,
            ["shape"] = result.Description,
            ["dim"] = result.Dim,
            ["threads"] = result.Threads,
            ["clock"] = result.Clock,
            ["openblas"] = version,
            ["check"] = result.Ours.Failure ?? "passed",
        };
        if (result.Ours.Usual is not { } ours || result.Theirs.Usual is not { } theirs) return json;
        AddSeconds(json, "", ours);
        AddSeconds(json, "openblas_", theirs);
        json["gflops"] = result.Gflops;
        json["openblas_gflops"] = result.TheirGflops;
        json["ratio"] = result.Ratio;
        json["ratio_best"] = result.BestRatio;
        return json;
    }

    private static void AddSeconds(JsonObject json, string prefix, in SampleSummary summary)
    {
        json[$"{prefix}seconds_median"] = summary.Median;
        json[$"{prefix}seconds_best"] = summary.Best;
        json[$"{prefix}seconds_lower_quartile"] = summary.LowerQuartile;
        json[$"{prefix}seconds_upper_quartile"] = summary.UpperQuartile;
        json[$"{prefix}rounds"] = summary.Count;
    }
}
