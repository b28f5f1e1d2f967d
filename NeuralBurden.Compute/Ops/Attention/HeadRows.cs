using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>
/// A matrix [Rows, Columns] within a view, moved in quads of a row. Beyond the last row it reads as that row, beyond the
/// last column as 0 or something of the row; what is written there is dropped.
/// </summary>
internal struct HeadRows
{
    public ArrayView<float> Data;
    public int Start, Stride, Rows, Columns;

    public readonly Float4 Load<TAccess>(int row, int column)
        where TAccess : struct, IAccess
    {
        int at = Start + (Math.Min(row, Rows - 1) * Stride);
        int from = Math.Min(column, Columns - TAccess.Width);
        var values = TAccess.Load(Data, at + from, Columns - from);

        // A quad lies inside as a whole, or nobody multiplies it.
        return TAccess.Width == 1 ? TAccess.Keep(values, Columns - column) : values;
    }

    public readonly void Store<TAccess>(int row, int column, in Float4 values)
        where TAccess : struct, IAccess
    {
        if (row < Rows && column < Columns)
            TAccess.Store(Data, Start + (row * Stride) + column, values, Columns - column);
    }
}
