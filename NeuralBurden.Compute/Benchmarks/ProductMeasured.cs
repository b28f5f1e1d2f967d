using NeuralBurden.Compute.Contracts;
using NeuralBurden.Compute.Devices;

namespace NeuralBurden.Compute.Benchmarks;

/// <summary>One product on a device, by the program's own kernels or by the vendor's library.</summary>
/// <param name="device">Where the tensors lie.</param>
/// <param name="arguments">A, B and C of the case.</param>
internal sealed class ProductMeasured(
    Device device, bool vendor, OpCase opCase, PlacedArguments arguments, SampledProduct expected, Tolerance tolerance)
    : IMeasured
{
    public string Name => vendor ? device.VendorLibrary! : "own kernel";

    /// <inheritdoc/>
    public string? Check()
    {
        // What the other side wrote must not pass for this one's.
        device.Clear(arguments[2]);
        Run();
        float[] c = new float[arguments[2].Count];
        device.Download(arguments[2], c);
        string? difference = expected.Compare(tolerance, c);
        return difference is null ? null : $"{Name}, {opCase.Description}: {difference}";
    }

    /// <inheritdoc/>
    public void Run()
    {
        device.UsesVendorLibrary = vendor;
        opCase.Run(device, arguments);
        device.UsesVendorLibrary = true;
    }

    /// <inheritdoc/>
    public void Complete() => device.Synchronize();
}
