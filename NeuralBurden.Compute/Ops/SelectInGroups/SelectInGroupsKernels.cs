using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.SelectLargest;

namespace NeuralBurden.Compute.Ops.SelectInGroups;

/// <summary>A word of the mask: each of its elements counts who is larger in its group. Words of no matrix stay.</summary>
/// <param name="table">Of each matrix: start, elements, columns, places in a whole group and in the last one of a row.</param>
internal readonly struct MarkInGroups(
    ArrayView<float> x, ArrayView<int> table, int matrices, int length, ArrayView<int> bits, ArrayView<int> nonFinite)
    : IElementOp
{
    public const int Fields = 5;

    public void At(int index)
    {
        int first = 32 * index, row = Fields * MatrixOf(first), start = table[row], end = start + table[row + 1];
        if (first < start || first >= end) return;
        int columns = table[row + 2], word = 0, wild = 0, stop = Math.Min(32, end - first);
        int column = (first - start) % columns;
        for (int i = 0; i < stop; i++)
        {
            int groupStart = column / length * length, groupEnd = Math.Min(groupStart + length, columns);
            int keep = groupEnd - groupStart == length ? table[row + 3] : table[row + 4];
            int at = first + i, zero = at - column, key = KeyAt(at), rank = 0;
            for (int j = groupStart; j < groupEnd; j++)
            {
                int other = KeyAt(zero + j);
                if (other > key || (other == key && j < column)) rank++;
            }

            if (rank < keep) word |= 1 << i;
            if (key >= SelectionState.NotFinite) wild++;
            if (++column == columns) column = 0;
        }

        bits[index] = word;
        if (wild > 0) Atomic.Add(ref nonFinite[0], wild);
    }

    private int KeyAt(int index) => (int)Interop.FloatAsInt(x[index]) & int.MaxValue;

    // The last matrix that begins at or before an element; the first one for what is before all.
    private int MatrixOf(int element)
    {
        int low = 0, high = matrices - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (table[middle * Fields] <= element) low = middle;
            else high = middle - 1;
        }

        return low;
    }
}
