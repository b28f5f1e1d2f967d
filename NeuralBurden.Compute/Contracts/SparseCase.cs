using System.Runtime.InteropServices;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Contracts;

/// <summary>A random masked matrix for the contracts of sparse ops.</summary>
internal sealed class SparseCase
{
    private readonly ulong[] _mask;

    /// <param name="source">Draws mask and values.</param>
    /// <param name="rows">Of the matrix.</param>
    /// <param name="columns">Of the matrix.</param>
    /// <param name="summands">Of the sums that it takes part in.</param>
    /// <param name="kept">Percent; null for anything from no weight at all over the usual few percent to all of them.</param>
    /// <param name="height">Rows that are kept or pruned together.</param>
    /// <param name="width">Columns that are kept or pruned together.</param>
    public SparseCase(
        CaseSource source, int rows, int columns, int summands, int? kept = null, int height = 1, int width = 1)
        : this(source, rows, columns, summands)
    {
        int across = (columns + width - 1) / width, percent = kept ?? source.Pick(0, 3, 10, 10, 30, 60, 100);
        bool[] blocks = new bool[(rows + height - 1) / height * across];
        for (int i = 0; i < blocks.Length; i++) blocks[i] = source.Int(0, 99) < percent;
        Mask(i => blocks[(i / columns / height * across) + (i % columns / width)]);
        Description = $"W {rows} x {columns}, {percent} % kept{(height * width > 1 ? $" in {height} x {width}" : "")}";
    }

    private SparseCase(CaseSource source, int rows, int columns, int summands)
    {
        (Rows, Columns) = (rows, columns);
        Values = source.Floats(rows * columns, 1 / MathF.Sqrt(Math.Max(1, summands)));
        _mask = new ulong[MaskWords.WordCount(Values.Length)];
    }

    /// <summary>N of every <paramref name="group"/> neighbouring weights of a row: N from a place on that is drawn.</summary>
    public static SparseCase NofM(int n, int group, CaseSource source, int rows, int columns, int summands)
    {
        var w = new SparseCase(source, rows, columns, summands) { Description = $"W {rows} x {columns}, {n} of {group}" };
        int across = (columns + group - 1) / group;
        int[] first = source.Ints(rows * across, 0, group - 1);
        w.Mask(i =>
        {
            int start = i % columns / group * group, length = Math.Min(group, columns - start);
            return ((i % columns) - start + first[(i / columns * across) + (start / group)]) % length < n;
        });
        return w;
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Masked weights, row-major.</summary>
    public float[] Values { get; }

    public string Description { get; private init; } = "";

    public OpArgument Argument => OpArgument.Masked("w", new Shape(Rows, Columns), Values, _mask);

    public ReadOnlySpan<ulong> Words => _mask;

    /// <summary>The mask as devices take it.</summary>
    public int[] DeviceWords =>
        MemoryMarshal.Cast<ulong, int>(_mask)[..MaskWords.DeviceWordCount(Values.Length)].ToArray();

    public long Kept => MaskWords.Count(_mask);

    private void Mask(Func<int, bool> keeps)
    {
        for (int i = 0; i < Values.Length; i++)
        {
            if (keeps(i)) MaskWords.Set(_mask, i);
            else Values[i] = 0;
        }
    }
}
