using System.Text.Json.Nodes;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Benchmarks;
using Xunit;

namespace NeuralBurden.Tests.Benchmarks;

/// <summary>What scripts read from <c>nb bench --json</c>, with budgets too small to mean anything.</summary>
[Collection(EmulatedCollection.Name)]
public class BenchCommandTests
{
    // What a case prunes of models of 8 and of 16 dimensions, which have few blocks of 16 x 16.
    private static readonly (string Name, double Of8, double Of16)[] Cases =
    [
        ("dense", 0, 0), ("masked", 0.9, 0.9), ("pdwp90", 0.9, 0.9), ("masked-gradient90", 0.9, 0.9),
        ("dense+merge", 0, 0), ("masked+merge", 0.9, 0.9), ("pdwp90+merge", 0.9, 0.9),
        ("masked-gradient90+merge", 0.9, 0.9),
        ("nm-2-4", 0.5, 0.5), ("nm-1-8", 0.875, 0.875), ("block16-90", 0.479, 0.667),
    ];

    [Theory]
    [InlineData("step")]
    [InlineData("infer")]
    public void Workloads_print_every_case_with_the_promised_fields(string command)
    {
        var entries = Run("bench", command, "--json", "--dims", "8,16", "--batch", "2", "--threads", "1", "--rounds", "4");
        Assert.Equal(
            [.. Cases.Select(c => (8, c.Name, c.Of8)), .. Cases.Select(c => (16, c.Name, c.Of16))],
            entries.Select(e => ((int)e!["dim"]!, (string)e["case"]!, Math.Round((double)e["sparsity"]!, 3))));
        foreach (var entry in entries)
        {
            Assert.Equal(1, (int)entry!["threads"]!);
            Assert.True((double)entry["images_per_second"]! > 0);
            Assert.True((double)entry["images_per_second_best"]! >= (double)entry["images_per_second"]!);
            Assert.Equal("passed", (string)entry["check"]!);
            Assert.Equal(command == "step", entry["seconds_parts"] is not null);
        }
    }

    [Fact]
    public void Workloads_take_any_depth_heads_image_and_patch()
    {
        var entries = Run(
            "bench", "step", "--json", "--cases", "dense+merge", "--dims", "12", "--depth", "2", "--heads", "3", "--image", "28",
            "--patch", "7", "--batch", "2", "--threads", "1", "--rounds", "3");
        var entry = Assert.Single(entries)!;
        Assert.Equal((2, 3, 17), ((int)entry["depth"]!, (int)entry["heads"]!, (int)entry["tokens"]!));
        Assert.Equal("passed", (string)entry["check"]!);
        Assert.Null(entry["launches_per_step"]);
    }

    [Fact]
    public void Launches_of_a_run_are_named_on_devices_that_launch_kernels()
    {
        using var device = DeviceCatalog.Open("ilgpu-cpu");
        var model = new WorkloadModel(4, 1) { Depth = 1, Heads = 1, Image = 8 };
        using var workload = new Workload(device, WorkloadCase.Choose(["dense"])[0], WorkloadKind.Inference, model);
        Assert.Null(workload.Check());
        var kernels = workload.Launches();
        Assert.NotNull(kernels);
        Assert.Equal(1, kernels.Count(k => k.StartsWith("AttentionTile", StringComparison.Ordinal)));
        // Patches, qkv, proj, fc1, fc2 and the head.
        Assert.Equal(6, kernels.Count(k => k.StartsWith("GemmTile", StringComparison.Ordinal)));
    }

    /// <summary>Enough tokens for weight gradients in slices, which take a launch more than others.</summary>
    [Fact]
    public void A_block_takes_at_most_25_launches_forward_and_backward()
    {
        using var device = DeviceCatalog.Open("ilgpu-cpu");
        var model = new WorkloadModel(4, 31) { Heads = 1, Image = 16, Patch = 4, Depth = 2 };
        var launches = new[] { model, model with { Depth = 1 } }.Select(m =>
        {
            using var workload = new Workload(device, WorkloadCase.Choose(["dense"])[0], WorkloadKind.TrainStep, m);
            return workload.Launches()!;
        }).ToList();
        Assert.Contains(launches[0], k => k.Contains("FoldSlices", StringComparison.Ordinal));
        Assert.InRange(launches[0].Count - launches[1].Count, 1, 25);
    }

    /// <summary>Of step and inference, pruned and merging: a second, shallow network is made for it.</summary>
    [Theory]
    [InlineData(WorkloadKind.TrainStep)]
    [InlineData(WorkloadKind.Inference)]
    public void Launches_of_a_block_are_told_for_every_kind_of_workload(WorkloadKind kind)
    {
        using var device = DeviceCatalog.Open("ilgpu-cpu");
        var model = new WorkloadModel(4, 1) { Heads = 1, Image = 8, Depth = 2 };
        var benchmark = new WorkloadBenchmark(device, new MeasuringOptions(Rounds: 3, WarmUpRounds: 0), _ => null);
        var result = Assert.Single(benchmark.Run(kind, WorkloadCase.Choose(["pdwp90+merge"]), [model]));
        Assert.True(result.Measurement.Passed);
        Assert.InRange(result.LaunchesPerBlock!.Value, 1, result.Launches!.Count);
    }

    [Fact]
    public void Rounds_in_turns_are_taken_on_demand_and_answered()
    {
        var output = new StringWriter();
        var shell = Shell.Of(output, new StringWriter(), NbProgram.Engine, new StringReader("go\ngo\ngo\ngo\ngo\n"));
        string[] arguments =
        [
            "bench", "infer", "--json", "--in-turns", "--cases", "dense", "--dims", "8", "--batch", "1", "--threads", "1",
            "--warm-up", "0",
        ];
        Assert.Equal(0, NbProgram.Run(arguments, shell));
        string[] lines = output.ToString().Split('\n');
        Assert.Equal(["ready", "done", "done", "done", "done", "done"], lines[..6]);
        Assert.Equal(5, (int)JsonNode.Parse(string.Join('\n', lines[6..]))![0]!["rounds"]!);
    }

    [Fact]
    public void Products_of_a_device_without_a_library_stand_alone()
    {
        var entries = Run(
            "bench", "gemm", "--json", "--device", "ilgpu-cpu", "--dims", "4", "--image", "8", "--batch", "1", "--square", "20",
            "--rounds", "3");
        Assert.Equal("20^3", (string)entries[^1]!["name"]!);
        Assert.All(entries, e => Assert.Equal("passed", (string)e!["check"]!));
        Assert.All(entries, e => Assert.True((double)e!["gflops"]! > 0));
        Assert.All(entries, e => Assert.Null(e!["ratio"]));
    }

    /// <summary>At sizes that are no multiples of a tile, nor of four.</summary>
    [Theory]
    [InlineData("tf32")]
    [InlineData("bf16")]
    public void Products_with_rounded_factors_are_checked_against_sums_of_such(string precision)
    {
        var entries = Run(
            "bench", "gemm", "--json", "--device", "ilgpu-cpu", "--dims", "6", "--heads", "3", "--image", "8", "--batch", "1",
            "--square", "67", "--rounds", "3", "--precision", precision);
        Assert.All(entries, e => Assert.Equal(("passed", precision), ((string)e!["check"]!, (string)e["precision"]!)));
    }

    [Fact]
    public void A_device_without_rounded_products_is_told_apart_from_one_that_has_them()
    {
        var error = new StringWriter();
        int code = NbProgram.Run(
            ["bench", "gemm", "--device", "cpu", "--precision", "tf32"], Shell.Of(new StringWriter(), error, NbProgram.Engine));
        Assert.Equal(1, code);
        Assert.Contains("--precision tf32: cpu multiplies in fp32", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ops_print_rates_and_percent_of_peak()
    {
        var entries = Run(
            "bench", "ops", "--json", "--ops", "Gemm,AdamW", "--dims", "8", "--batch", "1", "--threads", "1", "--rounds", "3");
        Assert.Equal(["Gemm", "AdamW"], entries.Select(e => (string)e!["op"]!).Distinct());
        Assert.All(entries, e => Assert.True((double)e!["percent_of_peak"]! > 0));
        Assert.All(entries, e => Assert.Equal((string)e!["op"]! == "Gemm", e["gflops"] is not null));
    }

    [Theory]
    [InlineData("--dims", "15")]
    [InlineData("--threads", "0")]
    [InlineData("--depth", "0")]
    [InlineData("--heads", "7")]
    [InlineData("--image", "30")]
    [InlineData("--image", "4")]
    [InlineData("--patch", "x")]
    [InlineData("--rounds", "-1")]
    [InlineData("--seconds", "0")]
    public void Numbers_out_of_range_are_refused(string option, string value)
    {
        var error = new StringWriter();
        int code = NbProgram.Run(["bench", "step", option, value], Shell.Of(new StringWriter(), error, NbProgram.Engine));
        Assert.Equal(2, code);
        Assert.Contains("allowed", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_cases_and_ops_are_named_with_the_known_ones()
    {
        var error = new StringWriter();
        var shell = Shell.Of(new StringWriter(), error, NbProgram.Engine);
        Assert.Equal(1, NbProgram.Run(["bench", "step", "--cases", "pdwp99"], shell));
        Assert.Equal(1, NbProgram.Run(["bench", "ops", "--ops", "Gem"], shell));
        Assert.Contains("masked-gradient90+merge", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(OpContracts.All[0].Name, error.ToString(), StringComparison.Ordinal);
    }

    private static JsonArray Run(params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int code = NbProgram.Run([.. args, "--warm-up", "1"], Shell.Of(output, error, NbProgram.Engine));
        Assert.True(code == 0, error.ToString());
        return JsonNode.Parse(output.ToString())!.AsArray();
    }
}
