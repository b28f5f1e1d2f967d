using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Cpu;

namespace NeuralBurden.Tests.Compute;

/// <summary>The devices that every op is compared on. A name is opened anew by each test and disposed by it.</summary>
public static class TestDevices
{
    public static IReadOnlyDictionary<string, Func<Device>> All { get; } = new Dictionary<string, Func<Device>>
    {
        ["cpu"] = () => new CpuDevice(),
        ["cpu-128"] = () => new CpuDevice(vectorBits: 128),
        ["cpu-256"] = () => new CpuDevice(vectorBits: 256),
        ["cpu-512"] = () => new CpuDevice(vectorBits: 512),
        ["cpu-3-threads"] = () => new CpuDevice(threads: 3),
    };
}
