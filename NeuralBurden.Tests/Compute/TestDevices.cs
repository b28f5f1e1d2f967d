using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Tests.Compute;

/// <summary>The devices that every op is compared on. A name is opened anew by each test and disposed by it.</summary>
public static class TestDevices
{
    public static IReadOnlyDictionary<string, Func<Device>> All { get; } = new Dictionary<string, Func<Device>>
    {
    };
}
