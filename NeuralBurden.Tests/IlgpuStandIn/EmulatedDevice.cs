#pragma warning disable IDE0130 // The namespace is that of the type it stands in for.
using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ilgpu;

namespace NeuralBurden.Tests.Ilgpu;

/// <summary>The kernels on the stand-in for ILGPU.</summary>
internal static class EmulatedDevice
{
    public static Device Open() => new IlgpuDevice(GroupSizes.Emulated);

    /// <summary>With groups as large as on a GPU, and the large tile for products of any size.</summary>
    public static Device OpenWithLargeGroups() =>
        new IlgpuDevice(new GroupSizes(Threads: 256, Lanes: 32, TileSide: 8, LargeTileFrom: 1));
}
