using System.Numerics;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Sparse;

/// <summary>
/// The kept entries of a matrix in the orders of both of its products, made in one walk over the mask. What is counted for
/// the last mask is kept, so that of the next one only the weights whose bits flip are counted.
/// </summary>
internal sealed unsafe class SparseOrders : IDisposable
{
    private readonly int _rows, _columns;
    private readonly ulong[] _mask;
    private readonly int[] _placeOfColumn;

    public SparseOrders(DeviceMemory device, OrderShape shape, int rows, int columns, int reserve)
    {
        (_rows, _columns) = (rows, columns);
        _mask = new ulong[MaskWords.WordCount(rows * columns)];
        ByRows = new SparseOrder(device, shape, rows, columns);
        ByColumns = new SparseOrder(device, shape, columns, rows);
        _placeOfColumn = [.. Enumerable.Range(0, columns).Select(ByRows.PlaceOf)];
        if (reserve == 0) return;
        ByRows.Reserve(reserve);
        ByColumns.Reserve(reserve);
    }

    public SparseOrder ByRows { get; }

    public SparseOrder ByColumns { get; }

    /// <param name="mask">Bits past the last weight are 0.</param>
    /// <param name="weights">[rows, columns], in host memory.</param>
    public void Build(ReadOnlySpan<ulong> mask, ReadOnlySpan<float> weights)
    {
        Count(mask);
        ByRows.Form();
        ByColumns.Form();
        SparseOrder.Writer rows = ByRows.Write(), columns = ByColumns.Write();
        fixed (float* w = weights)
        {
            for (int row = 0; row < _rows; row++)
            {
                int places = ByColumns.PlaceOf(row), start = row * _columns;
                for (int first = 0; first < _columns; first += 64)
                {
                    ulong bits = MaskWords.Window(_mask, start + first, Math.Min(64, _columns - first));
                    for (; bits != 0; bits &= bits - 1)
                    {
                        int column = first + BitOperations.TrailingZeroCount(bits), position = start + column;
                        rows.Add(_placeOfColumn[column] + row, column, position, w[position]);
                        columns.Add(places + column, row, position, w[position]);
                    }
                }
            }
        }

        rows.Complete();
        columns.Complete();
    }

    public void Dispose()
    {
        ByRows.Dispose();
        ByColumns.Dispose();
    }

    private void Count(ReadOnlySpan<ulong> mask)
    {
        int row = 0;
        for (int w = 0; w < mask.Length; w++)
        {
            ulong now = mask[w];
            for (ulong flips = now ^ _mask[w]; flips != 0; flips &= flips - 1)
            {
                int bit = BitOperations.TrailingZeroCount(flips), position = (w * 64) + bit;
                while (position >= (row + 1) * _columns) row++;
                int column = position - (row * _columns), change = ((now >> bit) & 1) != 0 ? 1 : -1;
                ByRows.Count(_placeOfColumn[column] + row, change);
                ByColumns.Count(ByColumns.PlaceOf(row) + column, change);
            }

            _mask[w] = now;
        }
    }
}
