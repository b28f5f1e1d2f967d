using System.Text.Json.Nodes;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Vit.Benchmarks;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>One entry of <c>nb bench step --json</c>: seconds are of one step or pass over a batch.</summary>
internal static class WorkloadJson
{
    public static JsonObject Of(WorkloadResult result, IEnumerable<MachinePeak> peaks, bool kernels = false)
    {
        var json = new JsonObject
        {
            ["case"] = result.Case.Name,
            ["kind"] = result.Kind == WorkloadKind.TrainStep ? "step" : "infer",
            ["dim"] = result.Dim,
            ["depth"] = result.Model.Depth,
            ["heads"] = result.Model.Heads,
            ["image"] = result.Model.Image,
            ["patch"] = result.Model.Patch,
            ["threads"] = result.Threads,
            ["device"] = result.Device,
            ["batch"] = result.Batch,
            ["tokens"] = result.Tokens,
            ["method"] = result.Case.Method,
            ["sparsity"] = Math.Round(result.Sparsity, 6),
            ["clock"] = result.Clock,
            ["check"] = result.Measurement.Failure ?? "passed",
        };
        if (result.Measurement.Usual is not { } usual) return json;
        var peak = peaks.FirstOrDefault(p => p.Threads == result.Threads);
        json["images_per_second"] = result.ImagesPerSecond;
        json["images_per_second_best"] = result.Batch / usual.Best;
        json["images_per_second_with_updates"] = result.ImagesPerSecondWithUpdates;
        json["update_every"] = result.Measurement.Exceptional is null ? null : result.Case.UpdateEvery;
        json["rounds"] = usual.Count + (result.Measurement.Exceptional?.Count ?? 0);
        json["seconds_median"] = usual.Median;
        json["seconds_best"] = usual.Best;
        json["seconds_lower_quartile"] = usual.LowerQuartile;
        json["seconds_upper_quartile"] = usual.UpperQuartile;
        json["seconds_update_mean"] = result.Measurement.Exceptional?.Mean;
        json[result.Kind == WorkloadKind.TrainStep ? "launches_per_step" : "launches_per_pass"] = result.Launches?.Count;
        if (result.LaunchesPerBlock is { } each) json["launches_per_block"] = each;
        if (kernels && result.Launches is { } names) json["kernels"] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]);
        json["masked_matrices"] = result.Skipping.Matrices;
        json["skipping_forward"] = result.Skipping.Forward;
        json["skipping_input_gradients"] = result.Skipping.InputGradient;
        json["multiply_adds_per_image"] = result.MultiplyAddsPerImage;
        json["gflops"] = result.Gflops;
        json["peak_gflops"] = peak?.Gflops;
        json["percent_of_peak"] = 100 * result.Gflops / peak?.Gflops;
        if (result.Parts is { } parts)
        {
            var seconds = new JsonObject();
            foreach (var (part, value) in parts) seconds[part.ToString().ToLowerInvariant()] = value;
            json["seconds_parts"] = seconds;
        }

        return json;
    }
}
