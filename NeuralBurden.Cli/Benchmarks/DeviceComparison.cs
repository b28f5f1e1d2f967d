using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Benchmarks;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>What <c>nb bench devices</c> has measured.</summary>
internal sealed class DeviceComparison
{
    public List<DeviceInfo> Devices { get; } = [];

    /// <summary>Of <c>cpu</c>, one for each number of threads.</summary>
    public List<MachinePeak> Peaks { get; } = [];

    public List<OpResult> Ops { get; } = [];

    public List<WorkloadResult> Workloads { get; } = [];

    public IEnumerable<Measurement> Measurements =>
        [.. Ops.Select(o => o.Measurement), .. Workloads.Select(w => w.Measurement)];

    /// <summary>The peaks that percentages of a device may refer to.</summary>
    public IEnumerable<MachinePeak> PeaksOf(string device) => device == "cpu" ? Peaks : [];
}
