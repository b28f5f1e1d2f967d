namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>Whether ops are kernels that are launched, as on a GPU.</summary>
    public virtual bool LaunchesKernels => false;

    /// <summary>See <see cref="DeviceOptions.Precision"/>; what the device does of what was asked for.</summary>
    public virtual ProductPrecision Precision => ProductPrecision.Float32;

    /// <summary>The vendor's library that computes matrix products; null where the program's own kernels do.</summary>
    public virtual string? VendorLibrary => null;

    /// <summary>
    /// Whether <see cref="VendorLibrary"/> is used where there is one; switched off to measure the program's own kernels
    /// beside it.
    /// </summary>
    public bool UsesVendorLibrary { get; set; } = true;

    /// <summary>
    /// Notes what is launched from here on, to <see cref="StopProfiler"/>.
    /// </summary>
    /// <param name="isSeen">
    /// Whether a vendor's profiler that waits for the program's sign (<c>ncu --profile-from-start off</c>) is to look at the
    /// same.
    /// </param>
    public virtual void StartProfiler(bool isSeen = true)
    {
    }

    /// <summary>
    /// The kernels and the products of the vendor's library that were launched, in their order, copies and clears aside;
    /// null where nothing is launched, as on the processor.
    /// </summary>
    public virtual IReadOnlyList<string>? StopProfiler() => null;
}
