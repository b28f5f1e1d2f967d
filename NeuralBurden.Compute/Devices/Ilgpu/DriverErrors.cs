using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>Messages for what a driver refuses or breaks off.</summary>
internal static class DriverErrors
{
    /// <summary>The driver's error; ILGPU's message for one of OpenCL does not name it.</summary>
    public static string Describe(Exception error) => error is CLException cl ? cl.Error.ToString() : error.Message;

    /// <summary>As in C#: <c>Each&lt;CutPatches&gt;</c>.</summary>
    public static string NameOf(Type kernel)
    {
        string name = kernel.Name.Split('`')[0];
        return kernel.IsGenericType
            ? $"{name}<{string.Join(", ", kernel.GetGenericArguments().Select(NameOf))}>"
            : name;
    }

    /// <summary>
    /// A launch or a wait that failed. Drivers reserve memory when it is first used, and so may run out of it
    /// only here.
    /// </summary>
    public static DeviceUnavailableException Failure(
        DeviceInfo info, string doing, long allocated, AcceleratorException error) =>
        new(
            $"device '{info.Id}' ({info.Name}) failed {doing}: {Describe(error)}; this program holds "
            + $"{OutOfMemory.Size(allocated)} of its {OutOfMemory.Size(info.MemoryBytes)}: if that is near the limit, "
            + "use a smaller train.batch or model; else check the device with 'nb check', or use another --device",
            error);
}
