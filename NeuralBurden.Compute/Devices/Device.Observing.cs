namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Kernels and products of the vendor's library launched so far, copies and clears aside; null where nothing is
    /// launched, as on the processor.
    /// </summary>
    public virtual long? Launches => null;

    /// <summary>The vendor's library that computes matrix products; null where the program's own kernels do.</summary>
    public virtual string? VendorLibrary => null;

    /// <summary>
    /// Whether <see cref="VendorLibrary"/> is used where there is one; switched off to measure the program's own kernels
    /// beside it.
    /// </summary>
    public bool UsesVendorLibrary { get; set; } = true;

    /// <summary>
    /// A vendor's profiler that waits for the program's sign (<c>ncu --profile-from-start off</c>) looks from here on, to
    /// <see cref="StopProfiler"/>. Without one, nothing happens.
    /// </summary>
    public virtual void StartProfiler()
    {
    }

    /// <inheritdoc cref="StartProfiler"/>
    public virtual void StopProfiler()
    {
    }
}
