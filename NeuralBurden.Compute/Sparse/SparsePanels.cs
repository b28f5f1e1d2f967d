using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Sparse;

/// <summary>
/// Which panels of a masked matrix hold a kept weight, for one direction of its products: flags [tiles of outputs, panels of
/// the sum] on the device. Patterns of blocks leave panels empty; unstructured masks leave none.
/// </summary>
internal sealed class SparsePanels : IDisposable
{
    private readonly PanelShape _shape;
    private readonly int _rows, _columns;
    private readonly bool _outputsAreColumns;
    private readonly int[] _flags;

    /// <param name="device">Where the flags are kept.</param>
    /// <param name="shape">What the device can skip.</param>
    /// <param name="rows">Of W.</param>
    /// <param name="columns">Of W.</param>
    /// <param name="outputsAreColumns">dX = dY W, whose sum goes over the rows; else y = x W^T.</param>
    public SparsePanels(DeviceMemory device, PanelShape shape, int rows, int columns, bool outputsAreColumns)
    {
        (_shape, _rows, _columns, _outputsAreColumns) = (shape, rows, columns, outputsAreColumns);
        int outputs = outputsAreColumns ? columns : rows, sum = outputsAreColumns ? rows : columns;
        PerTile = (sum + shape.Depth - 1) / shape.Depth;
        _flags = new int[(outputs + shape.Width - 1) / shape.Width * PerTile];
        Flags = device.AllocateTensor(new Shape(Math.Max(1, _flags.Length)), "panels with kept weights", ElementType.Int32);
    }

    /// <summary>1 where the panel must be multiplied.</summary>
    public Tensor Flags { get; }

    /// <summary>Panels of the sum.</summary>
    public int PerTile { get; }

    /// <summary>Share of the panels that must be multiplied.</summary>
    public double Density { get; private set; } = 1;

    // Of a panel, in columns and rows of W.
    private (int Across, int Down) Extents =>
        _outputsAreColumns ? (_shape.Width, _shape.Depth) : (_shape.Depth, _shape.Width);

    /// <summary>
    /// Takes up a mask, on the host alone: a panel is looked into until a kept weight is found. Where none of a sample is empty,
    /// none is taken for that.
    /// </summary>
    public void Look(ReadOnlySpan<ulong> mask)
    {
        Density = 1;
        if (!MaySkip(mask)) return;
        var (across, down) = Extents;
        int full = 0;
        for (int row = 0; row < _rows; row += down)
        {
            for (int column = 0; column < _columns; column += across)
            {
                int flag = HasKept(mask, row, Math.Min(row + down, _rows), column, Math.Min(across, _columns - column)) ? 1 : 0;
                var (tile, panel) = _outputsAreColumns ? (column / across, row / down) : (row / down, column / across);
                _flags[(tile * PerTile) + panel] = flag;
                full += flag;
            }
        }

        if (_flags.Length > 0) Density = (double)full / _flags.Length;
    }

    public void Upload(DeviceMemory device)
    {
        if (Density < 1) device.Upload(_flags, Flags);
    }

    public void Dispose() => Flags.Buffer.Dispose();

    // False where none of many panels, spread over the matrix, is empty: then few are, if any. A mask whose weights are pruned
    // one by one is known by that in a moment, which counts where masks are renewed at every step.
    private bool MaySkip(ReadOnlySpan<ulong> mask)
    {
        const int most = 64;
        var (across, down) = Extents;
        int columns = (_columns + across - 1) / across, panels = columns * ((_rows + down - 1) / down);
        for (int i = 0; i < most; i++)
        {
            int panel = (int)((long)panels * i / most), row = panel / columns * down, column = panel % columns * across;
            if (!HasKept(mask, row, Math.Min(row + down, _rows), column, Math.Min(across, _columns - column))) return true;
        }

        return false;
    }

    private bool HasKept(ReadOnlySpan<ulong> mask, int row, int end, int column, int length)
    {
        for (; row < end; row++)
            if (MaskWords.Any(mask, (row * _columns) + column, length)) return true;
        return false;
    }
}
