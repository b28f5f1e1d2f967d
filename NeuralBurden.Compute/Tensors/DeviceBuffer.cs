namespace NeuralBurden.Compute.Tensors;

/// <summary>
/// A block of device memory of one element type. Must be disposed before its device; a buffer alive at device
/// disposal is an error that names its <see cref="Label"/>.
/// </summary>
public abstract class DeviceBuffer : IDisposable
{
    private bool _disposed;

    protected DeviceBuffer(DeviceMemory device, long length, ElementType type, string label)
    {
        (Device, Length, Type, Label) = (device, length, type, label);
        device.Register(this);
    }

    public DeviceMemory Device { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    public ElementType Type { get; }

    public string Label { get; }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Device.Unregister(this);
        Free();
        GC.SuppressFinalize(this);
    }

    protected abstract void Free();
}
