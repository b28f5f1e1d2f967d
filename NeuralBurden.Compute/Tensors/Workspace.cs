namespace NeuralBurden.Compute.Tensors;

/// <summary>
/// Scratch memory of a step. <see cref="Take"/> hands out consecutive pieces, <see cref="Reset"/> takes all of them
/// back. The first step plans: it may open several buffers; the next <see cref="Reset"/> replaces them by one of
/// the size that was needed. From then on a step of the same shapes allocates nothing, on the host or the device.
/// Contents are undefined after <see cref="Take"/>.
/// </summary>
public sealed class Workspace(DeviceMemory device, string label, ElementType type = ElementType.Float32) : IDisposable
{
    // 64 bytes, so that vector loads of every piece are aligned on a CPU and coalesced on a GPU.
    private const int AlignmentInElements = 16;

    private readonly List<DeviceBuffer> _buffers = [];
    private long _usedInLast;
    private long _needed;
    private long _planned;

    /// <summary>Bytes that the largest step so far needed.</summary>
    public long PlannedBytes => Math.Max(_planned, _needed) * type.SizeInBytes();

    public DeviceMemory Device { get; } = device;

    /// <summary>An uninitialised tensor, valid until the next <see cref="Reset"/>.</summary>
    public Tensor Take(Shape shape)
    {
        long size = (shape.Count + AlignmentInElements - 1) / AlignmentInElements * AlignmentInElements;
        if (_buffers.Count == 0 || _usedInLast + size > _buffers[^1].Length) Open(size);
        var tensor = new Tensor(_buffers[^1], _usedInLast, shape);
        _usedInLast += size;
        _needed += size;
        return tensor;
    }

    public void Reset()
    {
        _planned = Math.Max(_planned, _needed);
        if (_buffers.Count > 1)
        {
            Release();
            Open(_planned);
        }

        (_usedInLast, _needed) = (0, 0);
    }

    public void Dispose() => Release();

    private void Open(long elements)
    {
        _buffers.Add(Device.Allocate(elements, type, $"workspace {label}"));
        _usedInLast = 0;
    }

    private void Release()
    {
        foreach (var buffer in _buffers) buffer.Dispose();
        _buffers.Clear();
    }
}
