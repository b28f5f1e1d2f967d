using NeuralBurden.Compute.Devices.Cpu;
using NeuralBurden.Compute.Devices.Ilgpu;
using NeuralBurden.Compute.Devices.Reference;

namespace NeuralBurden.Compute.Devices;

/// <summary>
/// The devices of this machine: <c>cpu</c>, <c>reference</c> and <c>ilgpu-cpu</c> always, <c>cuda:N</c> and
/// <c>opencl:N</c> where there is a driver. Asks the drivers anew at each call.
/// </summary>
public static class DeviceCatalog
{
    /// <summary>All devices; for each one not usable, the reason.</summary>
    public static IReadOnlyList<DeviceListing> List()
    {
        var listings = new List<DeviceListing>();
        foreach (string id in (string[])["cpu", "reference"])
        {
            using var device = Open(id);
            listings.Add(Usable(device.Info));
        }

        listings.AddRange(IlgpuCatalog.List());
        return listings;
    }

    /// <summary>The id that stands for <see cref="Preferred"/>.</summary>
    public const string Auto = "auto";

    /// <summary>The id of the first of <see cref="GpusOf"/>, unchecked; <c>cpu</c> where there is none.</summary>
    public static string Preferred() => GpusOf(List()).FirstOrDefault()?.Id ?? "cpu";

    /// <summary>The usable GPUs among the devices of a machine, CUDA before OpenCL.</summary>
    public static IEnumerable<DeviceListing> GpusOf(IEnumerable<DeviceListing> listings)
    {
        var usable = listings.Where(l => l.Usable && !l.Capabilities.Any(IsPocl)).ToList();
        return usable.Where(l => IsKind(l, "cuda:")).Concat(usable.Where(l => IsKind(l, "opencl:")));

        static bool IsKind(DeviceListing listing, string prefix) => listing.Id.StartsWith(prefix, StringComparison.Ordinal);

        // The processor behind OpenCL, slower than by itself.
        static bool IsPocl(string capability) => capability.StartsWith("Portable Computing Language", StringComparison.Ordinal);
    }

    /// <summary>Opens a device by its id.</summary>
    /// <param name="id">An id of <see cref="List"/>, or <see cref="Auto"/>.</param>
    /// <param name="threads">Cores of <c>cpu</c>; 0 means all.</param>
    /// <exception cref="DeviceUnavailableException">
    /// No such device, or it cannot be used; the message says why and names the ids that can be opened.
    /// </exception>
    public static Device Open(string id, int threads = 0) => Open(id, new DeviceOptions(threads));

    /// <inheritdoc cref="Open(string, int)"/>
    public static Device Open(string id, DeviceOptions options)
    {
        if (id == Auto) id = Preferred();
        if (id == "cpu") return new CpuDevice(options.Threads);
        if (id == "reference") return new ReferenceDevice();
        return IlgpuCatalog.TryOpen(id, options) ?? throw new DeviceUnavailableException(Refusal(id));
    }

    private static DeviceListing Usable(DeviceInfo info) =>
        new(info.Id, info.Name, true, "", info.MemoryBytes, info.Capabilities);

    private static string Refusal(string id)
    {
        var listings = List();
        string ids = string.Join(", ", listings.Where(l => l.Usable).Select(l => l.Id));
        var known = listings.FirstOrDefault(l => l.Id == id)
            ?? listings.FirstOrDefault(l => !l.Usable && l.Id == id.Split(':')[0]);
        string reason = known is null ? "there is no such device" : known.Reason;
        return $"device '{id}': {reason}; available: {ids}";
    }
}
