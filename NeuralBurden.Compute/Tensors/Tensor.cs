namespace NeuralBurden.Compute.Tensors;

/// <summary>
/// A dense row-major view of part of a device buffer. Owns nothing: buffers are owned by arenas and workspaces.
/// <c>default</c> is the absent tensor (<see cref="IsNone"/>), which ops take where an input or output is optional.
/// </summary>
public readonly struct Tensor
{
    private readonly DeviceBuffer? _buffer;

    public Tensor(DeviceBuffer buffer, long offset, Shape shape)
    {
        if (offset < 0 || offset + shape.Count > buffer.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"a view {shape} at {offset} leaves buffer '{buffer.Label}' of {buffer.Length}");
        }

        (_buffer, Offset, Shape) = (buffer, offset, shape);
    }

    public DeviceBuffer Buffer => _buffer ?? throw new InvalidOperationException("the absent tensor has no buffer");

    /// <summary>First element in <see cref="Buffer"/>, counted in elements.</summary>
    public long Offset { get; }

    public Shape Shape { get; }

    public bool IsNone => _buffer is null;

    public long Count => IsNone ? 0 : Shape.Count;

    /// <summary>The same elements under another shape of equal count.</summary>
    public Tensor View(Shape shape)
    {
        if (shape.Count != Shape.Count)
            throw new ArgumentException($"cannot view {Shape} as {shape}: the counts differ", nameof(shape));
        return new Tensor(Buffer, Offset, shape);
    }

    /// <summary>Part of the elements, from <paramref name="offset"/> of this view on.</summary>
    public Tensor Slice(long offset, Shape shape)
    {
        if (offset < 0 || offset + shape.Count > Shape.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"a slice {shape} at {offset} leaves a view of {Shape}");
        }

        return new Tensor(Buffer, Offset + offset, shape);
    }

    public override string ToString() => IsNone ? "none" : $"{Buffer.Label}{Shape}";
}
