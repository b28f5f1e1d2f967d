#pragma warning disable IDE0130 // The namespace is that of the type it stands in for.
namespace ILGPU;

/// <summary>
/// ILGPU's view of device memory, here of an array; every access is checked against the view.
/// </summary>
internal readonly struct ArrayView<T>(T[] data, long offset, long length)
    where T : unmanaged
{
    public long Length => length;

    public ref T this[int index] => ref this[(long)index];

    public ref T this[long index]
    {
        get
        {
            if ((ulong)index >= (ulong)length)
                throw new IndexOutOfRangeException($"index {index} of a view of {length} elements");
            return ref data[offset + index];
        }
    }

    public Span<T> Span => data.AsSpan((int)offset, (int)length);

    public ArrayView<T> SubView(long index, long count)
    {
        if (index < 0 || count < 0 || index + count > length)
            throw new ArgumentOutOfRangeException(
                nameof(index), $"[{index}, +{count}) of a view of {length}");
        return new ArrayView<T>(data, offset + index, count);
    }
}
