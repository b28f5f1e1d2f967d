using NeuralBurden.Compute.Devices;
using NeuralBurden.Vit.Benchmarks;

namespace NeuralBurden.Cli.Running;

/// <summary>Which device runs take, and why that one.</summary>
internal static class DeviceLine
{
    /// <param name="device">An id of the catalog, of resolved configs.</param>
    /// <param name="chosen">What <c>auto</c> stands for, if a config left the choice to the machine.</param>
    public static string Of(string device, DeviceChoice? chosen)
    {
        if (device == chosen?.Id) return $"device: {device}, {chosen.Reason}";
        return device == "cpu"
            ? $"device: cpu, the default; '--device {DeviceCatalog.Auto}' takes a GPU that has passed its check"
            : $"device: {device}, as the config or --device says";
    }
}
