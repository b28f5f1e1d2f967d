using System.Runtime.InteropServices;

namespace NeuralBurden.Vit.Formats;

/// <summary>
/// A tensor on its way into a safetensors file: a name, a row-major shape and a view of the caller's values.
/// Nothing is copied, so the values must stay as they are until the file is written.
/// </summary>
public abstract class NamedTensor
{
    private NamedTensor(string name, TensorDtype dtype, ReadOnlySpan<int> shape, long count)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        long expected = 1;
        foreach (int extent in shape)
        {
            if (extent < 0)
                throw new ArgumentException($"tensor '{name}': negative extent {extent}", nameof(shape));
            expected = checked(expected * extent);
        }
        if (expected != count)
        {
            string extents = string.Join(", ", shape.ToArray());
            throw new ArgumentException(
                $"tensor '{name}': shape [{extents}] holds {expected} values, {count} given", nameof(shape));
        }
        if (count * dtype.Size() > int.MaxValue)
            throw new ArgumentException($"tensor '{name}': larger than 2 GiB", nameof(shape));
        Name = name;
        Dtype = dtype;
        Shape = shape.ToArray();
    }

    public string Name { get; }

    public TensorDtype Dtype { get; }

    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values as they lie in memory, which is the file's little-endian order.</summary>
    internal abstract ReadOnlySpan<byte> Data { get; }

    /// <summary>The values, if their type is <typeparamref name="T"/>.</summary>
    internal bool TryValues<T>(out ReadOnlySpan<T> values)
        where T : unmanaged
    {
        bool matches = this is View<T>;
        values = matches ? ((View<T>)this).Values.Span : default;
        return matches;
    }

    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<float> values) =>
        new View<float>(name, TensorDtype.F32, shape, values);

    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<double> values) =>
        new View<double>(name, TensorDtype.F64, shape, values);

    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<Half> values) =>
        new View<Half>(name, TensorDtype.F16, shape, values);

    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<int> values) =>
        new View<int>(name, TensorDtype.I32, shape, values);

    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<long> values) =>
        new View<long>(name, TensorDtype.I64, shape, values);

    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> values) =>
        new View<byte>(name, TensorDtype.U8, shape, values);

    public override string ToString() => $"{Dtype.HeaderName()} [{string.Join(", ", Shape)}]";

    private sealed class View<T>(
        string name, TensorDtype dtype, ReadOnlySpan<int> shape, ReadOnlyMemory<T> values)
        : NamedTensor(name, dtype, shape, values.Length)
        where T : unmanaged
    {
        public ReadOnlyMemory<T> Values { get; } = values;

        internal override ReadOnlySpan<byte> Data => MemoryMarshal.AsBytes(Values.Span);
    }
}
