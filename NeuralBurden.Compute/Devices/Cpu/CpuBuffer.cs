using System.Runtime.InteropServices;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

/// <summary>Native memory on a 64-byte boundary: a cache line, and the widest vector.</summary>
internal sealed unsafe class CpuBuffer : DeviceBuffer
{
    // Kernels may read one full vector past the end of a tensor's last row; the slack keeps that inside the block.
    private const int Slack = 128;

    private void* _memory;

    public CpuBuffer(Device device, long length, ElementType type, string label)
        : base(device, length, type, label)
    {
        nuint bytes = (nuint)(length * type.SizeInBytes()) + Slack;
        _memory = NativeBlock.Allocate(bytes);
        NativeMemory.Clear(_memory, bytes);
    }

    public void* Memory => _memory;

    protected override void Free()
    {
        NativeBlock.Free(_memory);
        _memory = null;
    }
}
