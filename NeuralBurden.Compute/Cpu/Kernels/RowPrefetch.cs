using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NeuralBurden.Compute.Cpu.Kernels;

/// <summary>
/// Walks over the rows of a matrix a few cache lines at a time, in memory order, and asks for them ahead of use: kernels
/// that read columns touch one line per row, which no hardware prefetcher foresees.
/// </summary>
internal unsafe struct RowPrefetch
{
    private const int LineFloats = 16;

    private readonly nint _stride;
    private readonly int _width;
    private float* _row;
    private int _rows;
    private int _column;

    /// <param name="width">Floats of each row to fetch.</param>
    /// <param name="stride">Distance between rows.</param>
    public RowPrefetch(float* first, int rows, int width, nint stride)
    {
        (_stride, _width, _rows, _column) = (stride, width, rows, 0);
        _row = first;
    }

    /// <summary>Lines still to be fetched.</summary>
    public readonly int Lines => _rows * ((_width + LineFloats - 1) / LineFloats);

    public static void Line(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Next(int lines)
    {
        for (; lines > 0 && _rows > 0; lines--)
        {
            if (Sse.IsSupported) Sse.Prefetch1(_row + _column);
            _column += LineFloats;
            if (_column < _width) continue;
            (_column, _rows) = (0, _rows - 1);
            _row += _stride;
        }
    }
}
