using ILGPU;
using ILGPU.Runtime;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>Memory of an accelerator; exactly one of the three views is the buffer's.</summary>
internal sealed class IlgpuBuffer(
    Device device, long length, ElementType type, string label, MemoryBuffer memory)
    : DeviceBuffer(device, length, type, label)
{
    public ArrayView<float> Floats { get; } =
        type == ElementType.Float32 ? memory.AsRawArrayView().Cast<float>().SubView(0, length) : default;

    public ArrayView<int> Ints { get; } =
        type == ElementType.Int32 ? memory.AsRawArrayView().Cast<int>().SubView(0, length) : default;

    public ArrayView<byte> Bytes { get; } =
        type == ElementType.UInt8 ? memory.AsRawArrayView().SubView(0, length) : default;

    protected override void Free()
    {
        // Enqueued kernels may still use the memory, and not every driver waits for them.
        Device.Synchronize();
        memory.Dispose();
    }
}
