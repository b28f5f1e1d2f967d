using System.Text.Json.Nodes;
using NeuralBurden.Compute.Benchmarks;

namespace NeuralBurden.Cli.Benchmarks;

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
        json["seconds_median"] = usual.Median;
        json["seconds_best"] = usual.Best;
        json["seconds_lower_quartile"] = usual.LowerQuartile;
        json["seconds_upper_quartile"] = usual.UpperQuartile;
        json["rounds"] = usual.Count;
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
}
