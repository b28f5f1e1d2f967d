using ILGPU;
using ILGPU.Runtime.CPU;
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Devices.Ilgpu;

namespace NeuralBurden.Tests.Ilgpu;

/// <summary>The kernels on ILGPU's own CPU accelerator.</summary>
internal static class EmulatedDevice
{
    public static Device Open() => DeviceCatalog.Open("ilgpu-cpu");

    public static Device Open(ProductPrecision precision) =>
        DeviceCatalog.Open("ilgpu-cpu", new DeviceOptions(Precision: precision));

    /// <summary>With groups as large as on a GPU, and the large tile for products of any size.</summary>
    public static Device OpenWithLargeGroups(ProductPrecision precision = ProductPrecision.Float32)
    {
        var hardware = new CPUDevice(32, 8, 1);
        var context = Context.Create(builder => Hardware.Configure(builder.CPU(hardware)));
        var sizes = new GroupSizes(Threads: 256, Lanes: 32, TileSide: 8, LargeTiles: LargeTiles.Always);
        return new IlgpuDevice(context, hardware, "ilgpu-cpu", new DeviceOptions(Precision: precision), sizes);
    }
}
