using NeuralBurden.Compute.Benchmarks;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Cpu;

namespace NeuralBurden.Cli.Benchmarks;

/// <summary>The measured peak that percentages of a device refer to.</summary>
internal static class PeakOf
{
    /// <summary>Of the cores and vectors that the device uses; null where there is no microbenchmark for it.</summary>
    public static MachinePeak? Device(Device device, Action<string> report)
    {
        if (device is not CpuDevice cpu) return null;
        report("measuring the machine's peak");
        return MachinePeak.Measure(cpu.Info.Units, cpu.VectorBits);
    }

    /// <summary>A measured peak, after those of the narrower vectors.</summary>
    public static IEnumerable<MachinePeak> Widths(MachinePeak peak) =>
        [.. MachinePeak.Widths.Where(w => w < peak.VectorBits).Select(w => MachinePeak.Measure(peak.Threads, w)), peak];
}
