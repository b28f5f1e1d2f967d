namespace NeuralBurden.Compute.Devices;

/// <summary>How to open a device. What a device kind does not know is ignored.</summary>
/// <param name="Threads">Cores of <c>cpu</c>; 0 means all.</param>
/// <param name="Precision">
/// Of the matrix products of linear layers, on <c>cuda:N</c> by tensor cores and on <c>ilgpu-cpu</c> by a plain equivalent; part
/// of the device's capabilities when it is not float32. Attention, norms, optimizer and all that is stored stay float32.
/// </param>
/// <param name="VendorLibrary">
/// Matrix products of <c>cuda:N</c> by cuBLAS where it is installed; never in bfloat16.
/// </param>
public sealed record DeviceOptions(
    int Threads = 0, ProductPrecision Precision = ProductPrecision.Float32, bool VendorLibrary = true);
