using System.Text.Json.Nodes;
using NeuralBurden.Compute.Benchmarks;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>One entry of <c>nb bench masked --json</c>: seconds are of one product.</summary>
internal static class MaskedJson
{
    public static JsonObject Of(MaskedResult result) => new()
    {
        ["name"] = result.Name,
        ["pattern"] = result.Pattern,
        ["form"] = result.Form,
        ["shape"] = result.Description,
        ["dim"] = result.Dim,
        ["device"] = result.Device,
        ["clock"] = result.Clock,
        ["library"] = result.Library,
        ["check"] = result.Ours.Failure ?? result.Dense.Failure ?? result.Theirs?.Failure ?? "passed",
        ["density"] = result.Density,
        ["work"] = result.Work,
        ["multiply_adds_dense"] = result.DenseCost.MultiplyAdds,
        ["rounds"] = result.Ours.Usual?.Count,
        ["seconds_median"] = result.Ours.Usual?.Median,
        ["dense_seconds_median"] = result.Dense.Usual?.Median,
        ["library_seconds_median"] = result.Theirs?.Usual?.Median,
        ["gain"] = result.Gain is { } gain && double.IsFinite(gain) ? gain : null,
    };
}
