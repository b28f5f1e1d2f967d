using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace NeuralBurden.Compute.Devices.Ilgpu;

/// <summary>
/// Uploads that do not wait: small ones (indices, labels and jitter of a batch) are copied into page-locked
/// memory, from where the device fetches them in stream order. Waits only when the ring has gone around.
/// Large ones wait.
/// </summary>
internal sealed class UploadRing : IDisposable
{
    private const int Capacity = 1 << 20, LargestSmall = 1 << 16, Alignment = 64;

    private readonly AcceleratorStream _stream;
    private readonly PageLockedArray1D<byte> _ring;
    private int _next;

    public UploadRing(Accelerator accelerator, AcceleratorStream stream)
    {
        _stream = stream;
        _ring = accelerator.AllocatePageLocked1D<byte>(Capacity, uninitialized: false);
    }

    public void Upload<T>(ReadOnlySpan<T> source, ArrayView<T> destination)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(source);
        if (bytes.Length == 0) return;
        if (bytes.Length > LargestSmall)
        {
            destination.CopyFromCPU(_stream, source);
            return;
        }

        if (_next + bytes.Length > Capacity)
        {
            _stream.Synchronize();
            _next = 0;
        }

        var piece = _ring.Span.Slice(_next, bytes.Length);
        bytes.CopyTo(piece);
        destination.CopyFromCPUUnsafeAsync(_stream, ref MemoryMarshal.Cast<byte, T>(piece)[0], source.Length);
        _next += (bytes.Length + Alignment - 1) / Alignment * Alignment;
    }

    public void Dispose() => _ring.Dispose();
}
