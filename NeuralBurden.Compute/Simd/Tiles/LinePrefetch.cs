using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Simd.Tiles;

/// <summary>
/// Walks over consecutive memory and asks for it to come into the second cache level, a share at a time between pieces of
/// work on other data.
/// </summary>
internal unsafe struct LinePrefetch
{
    private const int LineFloats = Prefetch.LineFloats;

    private readonly float* _end;
    private float* _at;

    public LinePrefetch(float* first, float* end)
    {
        _at = first;
        _end = end;
    }

    public readonly bool IsEmpty => _at >= _end;

    /// <summary>Lines of each of <paramref name="shares"/> shares.</summary>
    public readonly int Share(int shares) => (int)((((_end - _at + LineFloats - 1) / LineFloats) + shares - 1) / shares);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(int lines)
    {
        if (!Sse.IsSupported) return;
        float* at = _at, last = at + ((nint)lines * LineFloats);
        if (last > _end) last = _end;
        for (; at + (4 * LineFloats) <= last; at += 4 * LineFloats)
        {
            Sse.Prefetch1(at);
            Sse.Prefetch1(at + LineFloats);
            Sse.Prefetch1(at + (2 * LineFloats));
            Sse.Prefetch1(at + (3 * LineFloats));
        }

        for (; at < last; at += LineFloats) Sse.Prefetch1(at);
        _at = at;
    }
}
