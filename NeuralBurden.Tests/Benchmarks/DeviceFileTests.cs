using System.Text.Json.Nodes;
using Json.Schema;
using NeuralBurden.Cli;
using NeuralBurden.Cli.Output;
using NeuralBurden.Tests.Reliability;
using NeuralBurden.Tests.Style;
using NeuralBurden.Vit.Reports;
using Xunit;

namespace NeuralBurden.Tests.Benchmarks;

/// <summary>Files of <c>nb bench devices --save</c>, and what is made of them.</summary>
public sealed class DeviceFileTests : IDisposable
{
    private static readonly string[] Tiny =
        ["bench", "devices", "--devices", "cpu", "--threads", "1", "--dims", "8", "--batch", "1"];

    private readonly string _folder = Directory.CreateTempSubdirectory("nb-devices-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Results_are_told_as_they_come_and_saved_as_the_schema_says_with_a_page_of_charts()
    {
        string save = Path.Combine(_folder, "here.json"), html = Path.Combine(_folder, "here.html");
        var output = new StringWriter();
        Assert.Equal(0, Run(output, [.. Tiny, "--rounds", "3", "--save", save, "--html", html]));

        string text = output.ToString(), json = File.ReadAllText(save);
        int line = text.IndexOf("d 8  Gemm qkv: ", StringComparison.Ordinal);
        Assert.InRange(line, 0, text.IndexOf("medians;", StringComparison.Ordinal));
        Assert.Contains("d 8  training, dense: ", text, StringComparison.Ordinal);
        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.True(JsonSchema.FromText(DeviceFileSchema.Create().ToJsonString()).Evaluate(document.RootElement).IsValid);
        var file = DeviceFile.Parse(json, save);
        Assert.True(file.IsComplete);
        Assert.Equal(8, file.Rows.Count(r => r.Kind != "op"));
        Assert.All(file.Rows, r => Assert.Null(r.Failure));
        var peak = Assert.Single(file.Peaks);
        Assert.Equal(peak.Levels.Select(l => l.Bytes).Order(), peak.Levels.Select(l => l.Bytes));
        string page = File.ReadAllText(html);
        foreach (string part in new[] { "<svg", "Training steps", "Inference", "Rooflines", "prefers-color-scheme: dark" })
            Assert.Contains(part, page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_measured_before_an_interruption_is_kept()
    {
        string save = Path.Combine(_folder, "cut.json"), html = Path.Combine(_folder, "cut.html");
        using var process = new NbProcess([.. Tiny, "--seconds", "60", "--save", save, "--html", html]);
        process.WaitUntil(() => process.Text.Contains("Gemm proj", StringComparison.Ordinal));
        process.Signal("INT");

        Assert.Equal(130, process.WaitForExit());
        Assert.Contains("what was measured before is in", process.Text, StringComparison.Ordinal);
        var file = DeviceFile.Parse(File.ReadAllText(save), save);
        Assert.False(file.IsComplete);
        Assert.NotEmpty(file.Rows);
        Assert.Contains("stopped early", File.ReadAllText(html), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_or_wrong_field_is_told_with_its_place()
    {
        var whole = Sample(1);
        string[] fields = ["format", "version", "date", "software", "complete", "machine", "devices", "peaks", "ops"];
        foreach (string field in fields)
        {
            var cut = (JsonObject)whole.DeepClone();
            cut.Remove(field);
            Assert.Contains(field, Refusal(cut), StringComparison.Ordinal);
        }

        var entry = (JsonObject)whole["workloads"]![0]!;
        foreach (string field in entry.Select(f => f.Key).Where(k => k is not ("clock" or "images_per_second")).ToList())
        {
            var wrong = (JsonObject)whole.DeepClone();
            wrong["workloads"]![0]![field] = new JsonArray();
            Assert.Contains($"workloads[0].{field}: allowed: ", Refusal(wrong), StringComparison.Ordinal);
        }

        static string Refusal(JsonObject json) =>
            Assert.Throws<FormatException>(() => DeviceFile.Parse(json.ToJsonString(), "f.json")).Message;
    }

    [Theory]
    [InlineData(1.0, false, false)]
    [InlineData(1.04, false, false)]
    [InlineData(1.3, true, true)]
    [InlineData(0.7, true, false)]
    public void A_change_counts_where_the_middle_halves_lie_apart(double factor, bool beyond, bool slower)
    {
        var change = DeviceChange.Of(Parsed(Sample(1)), Parsed(Sample(factor))).Single(c => c.Before.Kind == "step");
        Assert.Equal((beyond, slower), (change.IsBeyondSpread, change.IsSlower));
        Assert.Equal(1 / factor, change.Ratio, 6);
    }

    [Fact]
    public void Comparing_fails_on_request_where_something_is_slower()
    {
        string[] paths = [Path.Combine(_folder, "a.json"), Path.Combine(_folder, "b.json")];
        File.WriteAllText(paths[0], Sample(1).ToJsonString());
        File.WriteAllText(paths[1], Sample(1.3, "cuda:0").ToJsonString());
        var output = new StringWriter();
        Assert.Equal(0, Run(output, ["bench", "compare", .. paths]));
        Assert.Contains("2 in both: 2 slower in B, 0 faster", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, Run(output, ["bench", "compare", .. paths, "--fail"]));
        Assert.Equal(0, Run(output, ["bench", "compare", paths[1], paths[0], "--fail"]));
    }

    [Fact]
    public void Several_machines_share_a_page_and_a_base_must_be_on_it()
    {
        DeviceFile[] files = [Parsed(Sample(1)), Parsed(Sample(2, "cuda:0")) with { Source = "other.json" }];
        string page = DevicePage.Create(files, "other: cuda:0");
        Assert.Contains("2.00 x", page, StringComparison.Ordinal);
        Assert.Contains("sample: cpu, 2 threads", page, StringComparison.Ordinal);
        var e = Assert.Throws<ArgumentException>(() => DevicePage.Create(files, "cpu"));
        Assert.Contains("other: cuda:0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_check_has_no_bar()
    {
        var json = Sample(1);
        var entry = (JsonObject)json["workloads"]![0]!;
        entry["check"] = "Gemm <differs>";
        foreach (string name in entry.Select(f => f.Key).Where(k => k.StartsWith("seconds", StringComparison.Ordinal)).ToList())
            entry.Remove(name);
        entry.Remove("images_per_second");
        Assert.Contains("check failed", DevicePage.Create([Parsed(json)]), StringComparison.Ordinal);
        Assert.Contains("check failed", DeviceTables.Markdown([Parsed(json)]), StringComparison.Ordinal);
    }

    /// <summary>The guide's tables are those of the files in docs/devices.</summary>
    [Fact]
    public void The_guide_to_devices_has_the_figures_of_every_file()
    {
        const string start = "<!-- nb bench page docs/devices/*.json -->\n", end = "<!-- end -->";
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "devices.md"));
        int from = guide.IndexOf(start, StringComparison.Ordinal) + start.Length;
        int to = guide.IndexOf(end, StringComparison.Ordinal);
        string folder = Path.Combine(Repository.Root, "docs", "devices");
        var paths = Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal);
        DeviceFile[] files = [.. paths.Select(p => DeviceFile.Parse(File.ReadAllText(p), p))];
        Assert.NotEmpty(files);
        Assert.Equal(DeviceTables.Markdown(files), guide[from..to]);
    }

    private static int Run(TextWriter output, string[] arguments) =>
        NbProgram.Run(arguments, Shell.Of(output, new StringWriter(), NbProgram.Engine));

    private static DeviceFile Parsed(JsonObject json) => DeviceFile.Parse(json.ToJsonString(), "sample.json");

    private static JsonObject Sample(double factor, string device = "cpu")
    {
        JsonObject Entry(double seconds) => new()
        {
            ["dim"] = 64,
            ["device"] = device,
            ["threads"] = 2,
            ["clock"] = "wall",
            ["check"] = "passed",
            ["seconds_median"] = seconds * factor,
            ["seconds_lower_quartile"] = seconds * factor * 0.95,
            ["seconds_upper_quartile"] = seconds * factor * 1.05,
        };
        var op = Entry(1e-3);
        (op["name"], op["shape"]) = ("Gemm fc1", "8 x 8 x 8");
        var step = Entry(0.1);
        (step["case"], step["kind"], step["depth"], step["tokens"], step["batch"]) = ("dense", "step", 4, 65, 16);
        step["images_per_second"] = 16 / (0.1 * factor);
        return new JsonObject
        {
            ["format"] = DeviceFile.FormatName,
            ["version"] = DeviceFile.FormatVersion,
            ["date"] = "2026-11-27T12:00:00Z",
            ["software"] = "nb",
            ["complete"] = true,
            ["machine"] = new JsonObject { ["processor"] = "A <processor>", ["cores"] = 2 },
            ["devices"] = new JsonArray(
                new JsonObject { ["id"] = device, ["name"] = "one", ["capabilities"] = new JsonArray("driver 1.0") }),
            ["peaks"] = new JsonArray(),
            ["ops"] = new JsonArray(op),
            ["workloads"] = new JsonArray(step),
        };
    }
}
