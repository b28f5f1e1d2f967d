using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Reference;

namespace NeuralBurden.Vit.Benchmarks;

/// <summary>Whether all ops of a device are right, as a condition for numbers of workloads that are made of them.</summary>
public static class DeviceOps
{
    // Beside the edge cases; the test suite tries many more.
    private const int GeneratedCases = 4;

    /// <summary>Null where every op agrees with the reference, else the first differences.</summary>
    public static string? Check(Device device)
    {
        using var reference = new ReferenceDevice();
        foreach (var contract in OpContracts.All)
        {
            var result = OpCheck.Run(contract, device, reference, GeneratedCases);
            if (!result.Passed) return result.ToString();
        }

        return null;
    }
}
