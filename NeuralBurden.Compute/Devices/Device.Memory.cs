using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>Copies float elements within the device; the shapes need only the same count.</summary>
    /// <exception cref="ArgumentException">The counts differ, or the tensors overlap.</exception>
    public void Copy(in Tensor source, in Tensor destination)
    {
        Require.On(this, "Copy", "source", source, ElementType.Float32);
        Require.On(this, "Copy", "destination", destination, ElementType.Float32);
        Require.That(source.Count == destination.Count, "Copy", "the counts differ");
        Require.Disjoint("Copy", "source", source, "destination", destination);
        if (source.Count > 0) CopyMemory(source, destination);
    }

    /// <summary>Sets all float elements to 0.</summary>
    public void Clear(in Tensor tensor)
    {
        Require.On(this, "Clear", "tensor", tensor, ElementType.Float32);
        if (tensor.Count > 0) ClearMemory(tensor);
    }

    protected abstract void CopyMemory(in Tensor source, in Tensor destination);

    protected abstract void ClearMemory(in Tensor tensor);
}
