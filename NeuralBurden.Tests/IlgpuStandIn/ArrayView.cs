#pragma warning disable IDE0130 // The namespace is that of the type it stands in for.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>
/// ILGPU's view of device memory, here of an array of T or, after a cast, of another type; every access is
/// checked against the view.
/// </summary>
internal readonly struct ArrayView<T>(Array data, long offset, long length)
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
            return ref Unsafe.Add(ref First, (nint)(offset + index));
        }
    }

    public Span<T> Span => MemoryMarshal.CreateSpan(ref Unsafe.Add(ref First, (nint)offset), (int)length);

    private ref T First => ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(data));

    public ArrayView<T> SubView(long index, long count)
    {
        if (index < 0 || count < 0 || index + count > length)
            throw new ArgumentOutOfRangeException(
                nameof(index), $"[{index}, +{count}) of a view of {length}");
        return new ArrayView<T>(data, offset + index, count);
    }

    public ArrayView<TOther> Cast<TOther>()
        where TOther : unmanaged
    {
        int from = Unsafe.SizeOf<T>(), to = Unsafe.SizeOf<TOther>();
        return new ArrayView<TOther>(data, offset * from / to, length * from / to);
    }
}
