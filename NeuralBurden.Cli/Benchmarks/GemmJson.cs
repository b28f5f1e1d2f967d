using System.Text.Json.Nodes;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>One entry of <c>nb bench gemm --json</c>: seconds are of one product, rates at the median.</summary>
internal static class GemmJson
{
    public static JsonObject Of(GemmResult result)
    {
        var json = new JsonObject
        {
            ["name"] = result.Name,
            ["shape"] = result.Description,
            ["dim"] = result.Dim,
            ["device"] = result.Device,
            ["precision"] = result.Precision.Name(),
            ["clock"] = result.Clock,
            ["library"] = result.Library,
            ["check"] = result.Ours.Failure ?? "passed",
        };
        if (result.Ours.Usual is not { } ours) return json;
        json["multiply_adds"] = result.Cost.MultiplyAdds;
        json["rounds"] = ours.Count;
        json["seconds_median"] = ours.Median;
        json["seconds_best"] = ours.Best;
        json["gflops"] = result.Gflops;
        json["library_seconds_median"] = result.Theirs?.Usual?.Median;
        json["library_seconds_best"] = result.Theirs?.Usual?.Best;
        json["library_gflops"] = result.TheirGflops;
        json["ratio"] = result.Ratio;
        return json;
    }
}
