namespace NeuralBurden.Compute.Devices;

/// <summary>How to open a device. What a device kind does not know is ignored.</summary>
/// <param name="Threads">Cores of <c>cpu</c>; 0 means all.</param>
/// <param name="Tf32">
/// Matrix products of <c>cuda:N</c> on tensor cores with inputs rounded to 10 mantissa bits; off by default, and part
/// of the device's capabilities when on.
/// </param>
/// <param name="VendorLibrary">Matrix products of <c>cuda:N</c> by cuBLAS where it is installed.</param>
public sealed record DeviceOptions(int Threads = 0, bool Tf32 = false, bool VendorLibrary = true);
