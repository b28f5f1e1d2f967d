using System.Globalization;
using System.Text.Json.Nodes;
using NeuralBurden.Cli.Output;
using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Benchmarks;
using NeuralBurden.Vit.Reports;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>What <c>nb bench devices</c> has measured so far; its JSON is a <see cref="DeviceFile"/>.</summary>
internal sealed class DeviceComparison(DateTime date)
{
    public List<DeviceInfo> Devices { get; } = [];

    /// <summary>Of <c>cpu</c>, one for each number of threads.</summary>
    public List<MachinePeak> Peaks { get; } = [];

    public List<OpResult> Ops { get; } = [];

    public List<WorkloadResult> Workloads { get; } = [];

    /// <summary>Whether nothing is left to be measured.</summary>
    public bool IsComplete { get; set; }

    public IEnumerable<Measurement> Measurements =>
        [.. Ops.Select(o => o.Measurement), .. Workloads.Select(w => w.Measurement)];

    /// <summary>The peaks that percentages of a device may refer to.</summary>
    public IEnumerable<MachinePeak> PeaksOf(string device) => device == "cpu" ? Peaks : [];

    public JsonObject ToJson() => new()
    {
        ["format"] = DeviceFile.FormatName,
        ["version"] = DeviceFile.FormatVersion,
        ["date"] = date.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["software"] = MachineText.Software,
        ["complete"] = IsComplete,
        ["machine"] = MachineText.Facts(),
        ["devices"] = JsonOption.Array(Devices.DistinctBy(d => d.Id), d => new JsonObject
        {
            ["id"] = d.Id,
            ["name"] = d.Name,
            ["units"] = d.Units,
            ["memory_bytes"] = d.MemoryBytes,
            ["capabilities"] = JsonOption.Strings(d.Capabilities),
        }),
        ["peaks"] = JsonOption.Array(Peaks, p => new JsonObject
        {
            ["device"] = "cpu",
            ["threads"] = p.Threads,
            ["vector_bits"] = p.VectorBits,
            ["gflops"] = p.Gflops,
            ["gigabytes_per_second"] = p.Bandwidth,
            ["levels"] = JsonOption.Array(p.Levels, l => new JsonObject
            {
                ["bytes"] = l.Bytes,
                ["gigabytes_per_second"] = l.Bandwidth,
            }),
        }),
        ["ops"] = JsonOption.Array(Ops, OpJson.Of),
        ["workloads"] = JsonOption.Array(Workloads, w => WorkloadJson.Of(w, PeaksOf(w.Device))),
    };
}
