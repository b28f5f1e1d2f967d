using System.Globalization;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>
/// What to say when a device has no memory left: what was asked, what is free, what to set.
/// </summary>
internal static class OutOfMemory
{
    /// <param name="info">The device.</param>
    /// <param name="label">What the memory was for.</param>
    /// <param name="asked">Bytes.</param>
    /// <param name="allocated">Bytes that this program holds on the device.</param>
    /// <param name="free">Bytes.</param>
    /// <param name="largest">Bytes that one buffer may have; OpenCL drivers set it to a part of the memory.</param>
    public static string Message(
        DeviceInfo info, string label, long asked, long allocated, long free, long largest = long.MaxValue) =>
        $"device '{info.Id}' ({info.Name}) is out of memory: asked {Size(asked)} for '{label}', "
        + (asked > largest ? $"but one buffer may have {Size(largest)} at most, " : "")
        + $"this program holds {Size(allocated)}, free {Size(free)} of {Size(info.MemoryBytes)}; "
        + "use a smaller train.batch or model, or another --device";

    public static string Size(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.00} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.00} MiB");
}
