using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralBurden.Vit.Reports;

/// <summary>
/// A file of <c>nb bench devices --save</c>: one machine, its devices and their figures. Pages, tables and comparisons are
/// made from such files alone.
/// </summary>
public sealed record DeviceFile
{
    public const string FormatName = "neuralburden-devices";

    public const int FormatVersion = 1;

    public required string Source { get; init; }

    public required DateTime Date { get; init; }

    public required string Software { get; init; }

    /// <summary>Processor, cores, clock.</summary>
    public required string Machine { get; init; }

    /// <summary>Whether all that was asked for was measured.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Id, name and capabilities with the driver.</summary>
    public required IReadOnlyList<(string Id, string Text)> Devices { get; init; }

    public required IReadOnlyList<DevicePeak> Peaks { get; init; }

    public required IReadOnlyList<DeviceRow> Rows { get; init; }

    /// <param name="text">The file's text.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="FormatException">It is no such file; the message names the field.</exception>
    public static DeviceFile Parse(string text, string source)
    {
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw new FormatException($"{source}: no JSON: {e.Message}", e);
        }

        if (json is not JsonObject root) throw new FormatException($"{source}: allowed: a JSON object");
        var reader = new Reader(source, "", root);
        string format = reader.Text("format");
        int version = (int)reader.Number("version");
        if (format != FormatName || version != FormatVersion)
        {
            throw new FormatException(
                $"{source}: format is '{format}' version {version}; allowed: {FormatName} version {FormatVersion}");
        }

        var machine = reader.Object("machine");
        string clock = machine.Optional("clock_mhz") is { } mhz ? $", {mhz.ToString("0", CultureInfo.InvariantCulture)} MHz" : "";
        return new DeviceFile
        {
            Source = source,
            Date = reader.Date("date"),
            Software = reader.Text("software"),
            Machine = $"{machine.Text("processor")}, {ReportText.Count((int)machine.Number("cores"), "core")}{clock}",
            IsComplete = reader.Flag("complete"),
            Devices = [.. reader.Objects("devices").Select(d => (d.Text("id"), Describe(d)))],
            Peaks = [.. reader.Objects("peaks").Select(Peak)],
            Rows = [.. reader.Objects("ops").Select(Op), .. reader.Objects("workloads").Select(Workload)],
        };
    }

    private static string Describe(Reader device) =>
        string.Join("; ", [device.Text("name"), string.Join(", ", device.Strings("capabilities"))]);

    private static DevicePeak Peak(Reader peak)
    {
        int threads = (int)peak.Number("threads");
        var row = new DeviceRow
        {
            Kind = "",
            Name = "",
            Shape = "",
            Dim = 0,
            Device = peak.Text("device"),
            Threads = threads,
        };
        return new DevicePeak(
            row.Column,
            peak.Positive("gflops"),
            [.. peak.Objects("levels").Select(l => ((long)l.Positive("bytes"), l.Positive("gigabytes_per_second")))]);
    }

    private static DeviceRow Op(Reader op)
    {
        var row = Row(op, "op", op.Text("name"), op.Text("shape"));
        double flops = 2 * op.Optional("multiply_adds") ?? 0, bytes = op.Optional("bytes") ?? 0;
        return row with { Intensity = flops > 0 && bytes > 0 ? flops / bytes : null };
    }

    private static DeviceRow Workload(Reader workload)
    {
        string kind = workload.Text("kind");
        if (kind is not ("step" or "infer")) throw workload.Wrong("kind", "step, infer");
        string shape = string.Join(
            ", ",
            ReportText.Count((int)workload.Number("depth"), "block"),
            $"{workload.Number("tokens"):0} tokens",
            $"batch {workload.Number("batch"):0}");
        return Row(workload, kind, workload.Text("case"), shape) with
        {
            ImagesPerSecond = workload.Optional("images_per_second"),
            LaunchesPerBlock = workload.Optional("launches_per_block"),
            Launches = (int?)(workload.Optional("launches_per_step") ?? workload.Optional("launches_per_pass")),
        };
    }

    private static DeviceRow Row(Reader entry, string kind, string name, string shape)
    {
        string check = entry.Text("check");
        bool passed = check == "passed";
        return new DeviceRow
        {
            Kind = kind,
            Name = name,
            Shape = shape,
            Dim = (int)entry.Number("dim"),
            Device = entry.Text("device"),
            Threads = (int)entry.Number("threads"),
            Failure = passed ? null : check,
            Median = passed ? entry.Positive("seconds_median") : 0,
            LowerQuartile = passed ? entry.Positive("seconds_lower_quartile") : 0,
            UpperQuartile = passed ? entry.Positive("seconds_upper_quartile") : 0,
            Gflops = entry.Optional("gflops"),
            PercentOfPeak = entry.Optional("percent_of_peak"),
        };
    }

    /// <summary>Fields of one object; whatever is missing or wrong is told with its place in the file.</summary>
    private sealed class Reader(string source, string place, JsonObject json)
    {
        public string Text(string name) =>
            json[name] is JsonValue value && value.TryGetValue(out string? text) ? text : throw Wrong(name, "a text");

        public bool Flag(string name) =>
            json[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : throw Wrong(name, "true, false");

        public double Number(string name) => Optional(name) ?? throw Wrong(name, "a number");

        public double Positive(string name) => Number(name) is var n && n > 0 ? n : throw Wrong(name, "a number above 0");

        public double? Optional(string name) => json[name] switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out double number) && double.IsFinite(number) && number >= 0 => number,
            _ => throw Wrong(name, "a number from 0 on"),
        };

        public DateTime Date(string name) =>
            DateTime.TryParse(
                Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var date)
                ? date
                : throw Wrong(name, "a date as 2026-11-27T12:00:00Z");

        public Reader Object(string name) =>
            json[name] is JsonObject found ? new Reader(source, $"{place}{name}.", found) : throw Wrong(name, "an object");

        public IEnumerable<Reader> Objects(string name) => json[name] is JsonArray array
            ? array.Select((item, i) => item is JsonObject found
                ? new Reader(source, $"{place}{name}[{i}].", found)
                : throw Wrong($"{name}[{i}]", "an object"))
            : throw Wrong(name, "a list");

        public IEnumerable<string> Strings(string name) => json[name] is JsonArray array
            ? array.Select((item, i) => item is JsonValue value && value.TryGetValue(out string? text)
                ? text
                : throw Wrong($"{name}[{i}]", "a text"))
            : throw Wrong(name, "a list of texts");

        public FormatException Wrong(string name, string allowed) => new($"{source}: {place}{name}: allowed: {allowed}");
    }
}
