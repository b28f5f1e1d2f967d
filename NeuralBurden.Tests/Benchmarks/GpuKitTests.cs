using System.Text.Json.Nodes;
using NeuralBurden.Tests.Style;
using Xunit;

namespace NeuralBurden.Tests.Benchmarks;

/// <summary>
/// The scripts of the GPU kit with card.py in place of the program and of NVIDIA's tools: every step in order, and no
/// fault of one of them costs the others. What the program really does is rehearsed by <see cref="GpuKitRehearsal"/>.
/// </summary>
public sealed class GpuKitTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private GpuKit? _kit;

    public void Dispose() => _kit?.Dispose();

    [SkippableFact]
    public void Every_step_is_done_on_a_card_where_all_is_well()
    {
        var (code, text, json) = Run("");

        Assert.True(code == 0, text);
        Assert.Empty(json["alarms"]!.AsArray());
        Assert.Equal(
            ["machine", "check", "training", "speed", "gemm", "tensor", "masked", "kernels", "sanitize"], Statuses(json).Keys);
        Assert.All(Statuses(json), s => Assert.Equal("done", s.Value));
        Assert.Equal("580.65.06", (string)json["results"]!["machine"]!["card"]!["driver_version"]!);
        var results = json["results"]!;
        var updates = results["training"]!["updates"]!.AsArray();
        Assert.Equal(["step-00000008 1", "model 1"], updates.Select(u => $"{u!["checkpoint"]} {(double)u["equal_mask_bits"]!}"));
        Assert.Equal(0.6, (double)results["gemm"]![0]!["ratio"]!);
        Assert.Equal(["tf32", "bf16"], results["tensor"]!.AsArray().Select(t => (string)t!["precision"]!).Distinct());
        Assert.Equal(2 * 4, results["tensor"]!.AsArray().Count);
        Assert.Equal(3, (double)results["masked"]![0]!["gain"]!);
        Assert.Equal(6, results["speed"]![0]!["ours"]!.AsArray().Count);
        Assert.Equal("0 errors", (string)results["sanitize"]!["memcheck"]!["summary"]!);
        Assert.Contains("| step | dense |", File.ReadAllText(Path.Combine(_kit!.Output, "gpu.md")), StringComparison.Ordinal);
        AssertTimesBelongToTheKernelsThatTheProgramNamed(results["kernels"]!.AsArray());
    }

    [SkippableTheory]
    [InlineData("masks", "training", "masks of cuda:0 and cpu")]
    [InlineData("op", "check", "op Gelu FAILED")]
    [InlineData("rounding", "tensor", "gemm ragged, bf16: own kernel")]
    public void What_is_wrong_is_an_alarm_and_the_other_steps_follow(string wrong, string step, string alarm)
    {
        var (code, text, json) = Run(wrong, "--steps", $"{step},sanitize");

        Assert.True(code == 1, text);
        Assert.Contains(alarm, (string)Assert.Single(json["alarms"]!.AsArray())!, StringComparison.Ordinal);
        Assert.Equal([step, "sanitize"], Statuses(json).Keys);
        Assert.Equal("done", Statuses(json)["sanitize"]);
    }

    /// <summary>The guide's tables are those of the files in docs/devices/kit.</summary>
    [SkippableFact]
    public void The_guide_to_devices_has_the_tables_of_every_card()
    {
        Skip.If(!GpuKit.Exists("python3"), "needs python3");
        const string start = "<!-- gpu/tables.py docs/devices/kit/*.json -->\n", end = "<!-- end of cards -->";
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "devices.md"));
        int from = guide.IndexOf(start, StringComparison.Ordinal) + start.Length;
        int to = guide.IndexOf(end, StringComparison.Ordinal);
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "docs", "devices", "kit"), "*.json");
        Assert.NotEmpty(files);
        var (code, text) = GpuKit.Start(
            "-c", ["exec python3 -B \"$0\" \"$@\"", GpuKit.Script("tables.py"), .. files], TimeSpan.FromMinutes(1));
        Assert.True(code == 0, text);
        Assert.Equal(text, guide[from..to]);
    }

    [SkippableFact]
    public void Tools_that_refuse_are_quoted_and_cost_nothing_else()
    {
        var (code, text, json) = Run("tools", "--steps", "machine,kernels,sanitize");

        Assert.True(code == 1, text);
        var statuses = Statuses(json);
        Assert.Equal(["kernels", "sanitize"], statuses.Where(s => s.Value == "failed").Select(s => s.Key));
        string reason = (string)json["steps"]!.AsArray().Single(s => (string)s!["name"]! == "kernels")!["reason"]!;
        Assert.Contains("ERR_NVGPUCTRPERM", reason, StringComparison.Ordinal);
        Assert.Equal(5, (int)json["results"]!["kernels"]![0]!["launches"]!);
        string log = File.ReadAllText(Path.Combine(_kit!.Output, "gpu.log"));
        Assert.Contains("Driver/library version mismatch", log, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Whatever_hangs_the_minutes_hold_and_what_was_known_is_kept()
    {
        var (code, text, json) = Run("hang", "--minutes", "0.5", "--steps", "machine,speed,gemm,sanitize");

        Assert.True(code is 0 or 1, text);
        var statuses = Statuses(json);
        Assert.Equal("done", statuses["machine"]);
        Assert.Equal("skipped", statuses["sanitize"]);
        Assert.True(json["steps"]!.AsArray().Sum(s => (double)s!["seconds"]!) < 40, text);
    }

    [SkippableTheory]
    [InlineData("--steps", "speeed")]
    [InlineData("--minutes", "0")]
    [InlineData("--batch", "0")]
    [InlineData("--divice", "cpu")]
    public void Wrong_options_are_refused_before_anything_is_done(string option, string value)
    {
        Prepare();
        var (code, text) = GpuKit.Start(Path.Combine(_kit!.Folder, "run"), [option, value], Patience, ("OUT", _kit.Output));

        Assert.Equal(2, code);
        Assert.Contains("run: error", text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_kit.Output));
    }

    [SkippableFact]
    public void Preparing_says_what_it_misses_and_the_command_to_run()
    {
        Prepare();
        Assert.Contains($"bash {_kit!.Folder}/run", _kit.Prepared.Text, StringComparison.Ordinal);
        var without = GpuKit.Start(GpuKit.Script("prepare"), [_kit.PathOf("other")], Patience, ("NB_DATA", ""));
        Assert.Equal(1, without.Code);
        Assert.Contains("MNIST", without.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Scripts_pass_shellcheck()
    {
        Skip.IfNot(GpuKit.Exists("shellcheck"), "shellcheck is not installed");
        foreach (string name in (string[])["prepare", "run"])
            Assert.Equal((0, ""), GpuKit.Start("-c", [$"shellcheck '{GpuKit.Script(name)}'"], Patience));
    }

    private static string Card => Path.Combine(Repository.Root, "NeuralBurden.Tests", "Benchmarks", "card.py");

    private static Dictionary<string, string> Statuses(JsonNode json) =>
        json["steps"]!.AsArray().ToDictionary(s => (string)s!["name"]!, s => (string)s!["status"]!);

    private void Prepare()
    {
        _kit = new GpuKit(Card, mnist: null, Patience);
        Assert.True(_kit.Prepared.Code == 0, _kit.Prepared.Text);
    }

    private (int Code, string Text, JsonNode Json) Run(string wrong, params string[] arguments)
    {
        Prepare();
        string tools = _kit!.PathOf("tools");
        Directory.CreateDirectory(tools);
        foreach (string name in (string[])["nvidia-smi", "ncu", "compute-sanitizer"])
            File.CreateSymbolicLink(Path.Combine(tools, name), Card);
        return _kit.Run(arguments, Patience, ("WRONG", wrong), ("PATH", $"{tools}:{Environment.GetEnvironmentVariable("PATH")}"));
    }

    private static void AssertTimesBelongToTheKernelsThatTheProgramNamed(JsonArray kernels)
    {
        Assert.Equal(
            ["infer pdwp90+merge", "step dense", "infer pdwp90+merge", "step dense"],
            kernels.Select(k => $"{k!["kind"]} {k["case"]}"));
        var entry = kernels.Single(k => (string)k!["shape"]! == "d128" && (string)k["kind"]! == "step")!;
        Assert.Equal(5, (int)entry["launches"]!);
        // 1.5 + 20 + 10 + 30 + 1,000 microseconds; the step's own time is shorter than that here.
        Assert.Equal(1061.5e-6, (double)entry["busy_seconds"]!, 9);
        var longest = entry["longest_kernels"]!.AsArray();
        Assert.Equal(
            ["Normalize", "GemmTile<Tile16>", "sm90_sgemm", "Each<LoadPixels>"], longest.Select(k => (string)k!["kernel"]!));
        Assert.Equal(2, (int)longest[1]!["launches"]!);
        // Of the longer launch: 2 x 3,000,000 in 30 microseconds, and 6,000 Kbyte.
        Assert.Equal(200, (double)longest[1]!["gflops"]!, 6);
        Assert.Equal(200, (double)longest[1]!["gigabytes_per_second"]!, 6);
        Assert.Equal(122, (double)longest[1]!["registers"]!);
    }
}
