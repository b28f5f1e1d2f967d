namespace NeuralBurden.Compute.Tensors;

/// <summary>
/// The memory of one device: buffers, transfers to and from the host, and copies. Work is enqueued in order; results are
/// there after <see cref="Synchronize"/> or a download. Not thread-safe, but for buffers that come and go: lanes of a device
/// share its memory.
/// </summary>
public abstract class DeviceMemory : IDisposable
{
    private readonly HashSet<DeviceBuffer> _alive = [];
    private bool _disposed;

    /// <summary>Names the device in messages.</summary>
    public abstract string Id { get; }

    /// <summary>Whose memory work here may use beside its own: the device that this one is a part of, else itself.</summary>
    internal virtual DeviceMemory Home => this;

    /// <summary>Bytes of all live buffers.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Zero-filled memory of <paramref name="length"/> elements.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public DeviceBuffer Allocate(long length, ElementType type, string label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return AllocateCore(length, type, label);
    }

    /// <summary>A zero-filled buffer of its own for one tensor; the caller disposes <see cref="Tensor.Buffer"/>.</summary>
    public Tensor AllocateTensor(Shape shape, string label, ElementType type = ElementType.Float32) =>
        new(Allocate(shape.Count, type, label), 0, shape);

    public void Upload(ReadOnlySpan<float> source, in Tensor destination)
    {
        RequireTransfer("Upload", source.Length, destination, ElementType.Float32);
        UploadCore(source, destination);
    }

    public void Upload(ReadOnlySpan<int> source, in Tensor destination)
    {
        RequireTransfer("Upload", source.Length, destination, ElementType.Int32);
        UploadCore(source, destination);
    }

    public void Upload(ReadOnlySpan<byte> source, in Tensor destination)
    {
        RequireTransfer("Upload", source.Length, destination, ElementType.UInt8);
        UploadCore(source, destination);
    }

    public void Download(in Tensor source, Span<float> destination)
    {
        RequireTransfer("Download", destination.Length, source, ElementType.Float32);
        DownloadCore(source, destination);
    }

    public void Download(in Tensor source, Span<int> destination)
    {
        RequireTransfer("Download", destination.Length, source, ElementType.Int32);
        DownloadCore(source, destination);
    }

    /// <summary>Copies float elements within the device; the shapes need only the same count.</summary>
    /// <exception cref="ArgumentException">The counts differ, or the tensors overlap.</exception>
    public void Copy(in Tensor source, in Tensor destination)
    {
        var require = new Require(this, "Copy");
        require.Floats(source);
        require.Floats(destination);
        require.That(source.Count == destination.Count, "the counts differ");
        require.Disjoint(source, destination);
        if (source.Count > 0) CopyMemory(source, destination);
    }

    /// <summary>Sets all float elements to 0.</summary>
    public void Clear(in Tensor tensor)
    {
        new Require(this, "Clear").Floats(tensor);
        if (tensor.Count > 0) ClearMemory(tensor);
    }

    /// <summary>
    /// The tensor's own memory, where the device computes in host memory in float32; otherwise false. Valid while
    /// the buffer lives.
    /// </summary>
    public virtual bool TryGetHostSpan(scoped in Tensor tensor, out Span<float> span)
    {
        span = default;
        return false;
    }

    /// <summary>The same for integers.</summary>
    internal virtual bool TryGetHostInts(scoped in Tensor tensor, out Span<int> span)
    {
        span = default;
        return false;
    }

    /// <summary>Waits until everything enqueued so far is done.</summary>
    public virtual void Synchronize()
    {
    }

    /// <summary>
    /// Disposes the device with all that lives on it. For a caller that is failing already: a leak is no news then and
    /// must not hide the failure.
    /// </summary>
    public void Abandon()
    {
        foreach (var buffer in _alive.ToArray()) buffer.Dispose();
        Dispose();
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        string[] leaked = [.. _alive.Select(b => $"{b.Label} ({b.Length} x {b.Type})")];
        foreach (var buffer in _alive.ToArray()) buffer.Dispose();
        DisposeCore();
        GC.SuppressFinalize(this);
        if (leaked.Length > 0)
        {
            throw new InvalidOperationException(
                $"device '{Id}' was disposed with live buffers: {string.Join(", ", leaked)}");
        }
    }

    internal void Register(DeviceBuffer buffer)
    {
        lock (_alive)
        {
            _alive.Add(buffer);
            AllocatedBytes += buffer.Length * buffer.Type.SizeInBytes();
        }
    }

    internal void Unregister(DeviceBuffer buffer)
    {
        lock (_alive)
        {
            if (_alive.Remove(buffer)) AllocatedBytes -= buffer.Length * buffer.Type.SizeInBytes();
        }
    }

    protected abstract DeviceBuffer AllocateCore(long length, ElementType type, string label);

    protected abstract void UploadCore(ReadOnlySpan<float> source, in Tensor destination);

    protected abstract void UploadCore(ReadOnlySpan<int> source, in Tensor destination);

    protected abstract void UploadCore(ReadOnlySpan<byte> source, in Tensor destination);

    protected abstract void DownloadCore(in Tensor source, Span<float> destination);

    protected abstract void DownloadCore(in Tensor source, Span<int> destination);

    protected abstract void CopyMemory(in Tensor source, in Tensor destination);

    protected abstract void ClearMemory(in Tensor tensor);

    protected abstract void DisposeCore();

    private void RequireTransfer(string op, int length, in Tensor tensor, ElementType type)
    {
        new Require(this, op).On(tensor, type);
        if (length != tensor.Count)
            throw new ArgumentException($"{op}: {length} host elements for a tensor {tensor.Shape}");
    }
}
