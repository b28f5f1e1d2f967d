using System.Text.Json.Nodes;
using Xunit;

namespace NeuralBurden.Tests.Benchmarks;

/// <summary>
/// The GPU kit with the published program, end to end on the processor: what will be done on a borrowed card, before it
/// is. With NB_LONG=1; NB_DATA names the folder with MNIST. PyTorch takes part where python3 has it.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class GpuKitRehearsal
{
    private const long MostBytes = 45L << 20;
    private const string Cases = "dense,pdwp90,pdwp90+merge,nm-1-8";
    private const int MaskPatterns = 6;

    // A busy machine may need several times what a rehearsal takes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [SkippableFact]
    public void The_prepared_folder_checks_and_measures_the_processor()
    {
        Skip.If(Environment.GetEnvironmentVariable("NB_LONG") != "1", "publishes the program and takes minutes: NB_LONG=1");
        string? data = Environment.GetEnvironmentVariable("NB_DATA");
        Skip.If(string.IsNullOrEmpty(data) || !Directory.Exists(Path.Combine(data, "mnist")), "NB_DATA has no MNIST");
        using var kit = new GpuKit(program: null, Path.Combine(data, "mnist"), Patience);
        Assert.True(kit.Prepared.Code == 0, kit.Prepared.Text);
        long bytes = new DirectoryInfo(kit.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        Assert.True(bytes <= MostBytes, $"{bytes} bytes");

        var (code, text, json) = kit.Run(["--device", "cpu", "--minutes", "30"], Patience);

        string log = File.ReadAllText(Path.Combine(kit.Output, "gpu.log"));
        Assert.True(code == 0, text + log);
        Assert.Equal(
            [
                "machine done", "check done", "training done", "speed done", "gemm done", "tensor skipped", "masked done",
                "kernels skipped", "sanitize skipped",
            ],
            json["steps"]!.AsArray().Select(s => $"{s!["name"]} {s["status"]}"));
        var results = json["results"]!;
        Assert.True((bool)results["check"]!["passed"]!);
        // The same device twice: nothing may differ.
        Assert.All(results["training"]!["updates"]!.AsArray(), u => Assert.Equal(1, (double)u!["equal_mask_bits"]!));
        Assert.Equal(2, results["training"]!["updates"]!.AsArray().Count);
        var accuracy = results["training"]!["accuracy"]!;
        Assert.Equal((double)accuracy["cpu"]!, (double)accuracy["device"]!);
        Assert.True((double)accuracy["device"]! > 0.2, "nothing was learned");
        AssertSpeeds(results["speed"]!.AsArray());
        Assert.All(results["gemm"]!.AsArray(), g => Assert.True((double)g!["gflops"]! > 0));
        Assert.All(results["masked"]!.AsArray(), g => Assert.True((double)g!["seconds_median"]! > 0));
    }

    [SkippableFact]
    public void An_emulated_device_is_checked_and_runs_what_is_measured_on_others()
    {
        Skip.If(Environment.GetEnvironmentVariable("NB_LONG") != "1", "publishes the program and takes minutes: NB_LONG=1");
        using var kit = new GpuKit(program: null, mnist: null, Patience);
        Assert.True(kit.Prepared.Code == 0, kit.Prepared.Text);

        var (code, text, json) = kit.Run(["--device", "ilgpu-cpu", "--minutes", "60", "--cases", Cases], Patience);

        Assert.True(code == 0, text);
        Assert.Equal(
            ["machine done", "check done", "speed done", "tensor done", "masked done", "kernels done"],
            json["steps"]!.AsArray().Select(s => $"{s!["name"]} {s["status"]}"));
        Assert.Empty(json["alarms"]!.AsArray());
        Assert.Equal(6 * MaskPatterns, json["results"]!["masked"]!.AsArray().Count);
        AssertOurs(Assert.Single(json["results"]!["speed"]!.AsArray())!, Cases);
        Assert.True((int)json["results"]!["kernels"]![0]!["launches"]! > 0);
    }

    private static void AssertSpeeds(JsonArray shapes)
    {
        Assert.Equal(["DeiT-Tiny", "d128"], shapes.Select(s => (string)s!["shape"]!));
        Assert.Equal([197, 65], shapes.Select(s => (int)s!["ours"]![0]!["tokens"]!));
        foreach (var shape in shapes)
        {
            AssertOurs(shape!);
            bool hasTorch = shape!["torch"] is not null;
            Assert.Equal(hasTorch, shape["problems"]!["PyTorch"] is null);
            if (!hasTorch) continue;
            Assert.Contains(
                shape["pytorch"]!.AsArray(), p => (string)p!["mode"]! == "train" && (double?)p["seconds_median"] > 0);
        }
    }

    private static void AssertOurs(JsonNode shape, string cases = "dense,pdwp90,pdwp90+merge")
    {
        var ours = shape["ours"]!.AsArray();
        string[] kinds = ["step", "infer"];
        Assert.Equal(
            kinds.SelectMany(kind => cases.Split(',').Select(name => $"{kind} {name}")),
            ours.Select(o => $"{o!["kind"]} {o["case"]}"));
        Assert.All(ours, o => Assert.True((double)o!["images_per_second"]! > 0));
        Assert.DoesNotContain(shape["problems"]!.AsObject(), p => p.Key.StartsWith("ours", StringComparison.Ordinal));
    }
}
