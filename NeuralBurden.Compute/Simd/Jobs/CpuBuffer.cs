using System.Runtime.InteropServices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Simd.Jobs;

/// <summary>Native memory on a 64-byte boundary: a cache line, and the widest vector.</summary>
internal sealed unsafe class CpuBuffer : DeviceBuffer
{
    // Kernels may read one full vector past the end of a tensor's last row; the slack keeps that inside the block.
    private const int Slack = 128;

    private void* _memory;

    public CpuBuffer(DeviceMemory device, long length, ElementType type, string label)
        : base(device, length, type, label)
    {
        nuint bytes = (nuint)(length * type.SizeInBytes()) + Slack;
        _memory = NativeBlock.Allocate(bytes);
        NativeMemory.Clear(_memory, bytes);
    }

    /// <summary>Where the tensor's floats begin; null for an absent tensor.</summary>
    public static float* F(in Tensor tensor) =>
        tensor.IsNone ? null : (float*)((CpuBuffer)tensor.Buffer)._memory + tensor.Offset;

    /// <summary>The same for integers.</summary>
    public static int* I(in Tensor tensor) =>
        tensor.IsNone ? null : (int*)((CpuBuffer)tensor.Buffer)._memory + tensor.Offset;

    /// <summary>The same for bytes.</summary>
    public static byte* U(in Tensor tensor) =>
        tensor.IsNone ? null : (byte*)((CpuBuffer)tensor.Buffer)._memory + tensor.Offset;

    protected override void Free()
    {
        NativeBlock.Free(_memory);
        _memory = null;
    }
}
