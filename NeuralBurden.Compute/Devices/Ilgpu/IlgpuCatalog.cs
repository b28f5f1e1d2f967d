using System.Globalization;
using ILGPU;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using HardwareDevice = ILGPU.Runtime.Device;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>The devices that ILGPU finds, GPUs and its own emulation of one; asks the drivers anew at each call.</summary>
internal static class IlgpuCatalog
{
    // 32 threads on one multiprocessor: the largest group that kernels form on an emulated device has 16.
    private const int EmulatedWarp = 16, EmulatedWarps = 2;

    // Of GroupSizes.EmulatedFor what is rounded: the threads of the usual tile.
    private const int RoundingWarps = 4;

    /// <summary>For a kind without a device, one listing that says why.</summary>
    public static IEnumerable<DeviceListing> List()
    {
        NativeLibraries.Prepare();
        var cuda = CudaDevices();
        var openCl = OpenClDevices();
        var listings = new List<DeviceListing>();
        for (int i = 0; i < cuda.Count; i++) listings.Add(ListingOf($"cuda:{i}", cuda[i]));
        if (cuda.Count == 0) listings.Add(Absent("cuda", AbsentCuda()));
        for (int i = 0; i < openCl.Count; i++) listings.Add(ListingOf($"opencl:{i}", openCl[i]));
        if (openCl.Count == 0) listings.Add(Absent("opencl", AbsentOpenCl()));
        listings.Add(ListingOf("ilgpu-cpu", Emulated()));
        return listings;
    }

    /// <summary>Null where there is no such device or it cannot run the kernels.</summary>
    /// <exception cref="DeviceUnavailableException">The driver does not open it.</exception>
    public static Device? TryOpen(string id, DeviceOptions options)
    {
        NativeLibraries.Prepare();
        if (Find(id, options.Precision) is not { } hardware || Hardware.ReasonAgainst(hardware) is not null) return null;
        var context = Context.Create(builder => Hardware.Configure(Select(builder, hardware)));
        try
        {
            return new IlgpuDevice(context, hardware, id, options);
        }
        catch (Exception e) when (e is ILGPU.Runtime.AcceleratorException or NotSupportedException)
        {
            context.Dispose();
            throw new DeviceUnavailableException(
                $"device '{id}' ({hardware.Name}) does not open: {DriverErrors.Describe(e)}", e);
        }
    }

    private static HardwareDevice? Find(string id, ProductPrecision precision)
    {
        if (id == "ilgpu-cpu") return Emulated(precision);
        string[] parts = id.Split(':');
        if (parts.Length != 2) return null;
        var devices = parts[0] == "cuda" ? CudaDevices() : parts[0] == "opencl" ? OpenClDevices() : [];
        return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && index < devices.Count ? devices[index] : null;
    }

    // Contexts pick devices themselves; they are asked for the one that is already known.
    private static Context.Builder Select(Context.Builder builder, HardwareDevice hardware) => hardware switch
    {
        CudaDevice cuda => builder.Cuda(d => d.DeviceId == cuda.DeviceId),
        CLDevice cl => builder.OpenCL(d => d.DeviceId == cl.DeviceId),
        _ => builder.CPU((CPUDevice)hardware),
    };

    private static IReadOnlyList<HardwareDevice> CudaDevices() =>
        NativeLibraries.HasCuda ? CudaDevice.GetDevices(_ => true) : [];

    private static IReadOnlyList<HardwareDevice> OpenClDevices() =>
        NativeLibraries.HasOpenCl ? CLDevice.GetDevices(_ => true) : [];

    private static CPUDevice Emulated(ProductPrecision precision = ProductPrecision.Float32) =>
        new(EmulatedWarp, precision == ProductPrecision.Float32 ? EmulatedWarps : RoundingWarps, 1);

    private static string AbsentCuda() => NativeLibraries.HasCuda
        ? NativeLibraries.CudaFailure() ?? "the NVIDIA driver is installed but reports no GPU"
        : $"no NVIDIA driver: {NativeLibraries.CudaLibrary} is {NativeLibraries.Refusal(NativeLibraries.CudaLibrary)}";

    private static string AbsentOpenCl() => NativeLibraries.HasOpenCl
        ? "the OpenCL loader is installed but no driver (ICD) reports a device: install the GPU vendor's"
        : $"no OpenCL loader: {NativeLibraries.OpenClLibrary} is {NativeLibraries.Refusal(NativeLibraries.OpenClLibrary)}";

    private static DeviceListing Absent(string id, string reason) => new(id, "", false, reason, 0, []);

    private static DeviceListing ListingOf(string id, HardwareDevice hardware)
    {
        string? reason = Hardware.ReasonAgainst(hardware);
        return new DeviceListing(
            id,
            hardware.Name,
            reason is null,
            reason ?? "",
            Hardware.MemoryOf(hardware),
            Hardware.CapabilitiesOf(hardware));
    }
}
