using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Simd.Tiles;

/// <summary>
/// Asks for short rows far from each other to come into the second cache level, a share at a time between pieces of work
/// on other data: no hardware prefetcher foresees them, and all at once would hold up the loads of that work.
/// </summary>
/// <param name="first">Row 0.</param>
/// <param name="rows">How many rows.</param>
/// <param name="stride">Distance between rows.</param>
/// <param name="width">Floats of each piece of a row.</param>
/// <param name="pieces">Pieces of a row that are wanted.</param>
/// <param name="pieceStride">Distance between them.</param>
internal unsafe struct RowPrefetch(float* first, int rows, nint stride, int width, int pieces = 1, nint pieceStride = 0)
{
    private float* _at = first;
    private int _rows = rows;

    /// <summary>Rows of each of <paramref name="shares"/> shares.</summary>
    public readonly int Share(int shares) => (_rows + shares - 1) / shares;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(int share)
    {
        if (Sse.IsSupported && _rows > 0) FetchRows(Math.Min(share, _rows));
    }

    private void FetchRows(int share)
    {
        for (int row = 0; row < share; row++, _at += stride)
        {
            float* piece = _at;
            for (int i = 0; i < pieces; i++, piece += pieceStride)
            {
                for (int column = 0; column < width; column += Prefetch.LineFloats) Sse.Prefetch1(piece + column);
            }
        }

        _rows -= share;
    }
}
