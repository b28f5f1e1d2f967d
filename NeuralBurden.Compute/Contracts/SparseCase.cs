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
    {
        int count = rows * columns, across = (columns + width - 1) / width;
        (Rows, Columns, Values) = (rows, columns, source.Floats(count, 1 / MathF.Sqrt(Math.Max(1, summands))));
        int percent = kept ?? source.Pick(0, 3, 10, 10, 30, 60, 100);
        bool[] blocks = new bool[(rows + height - 1) / height * across];
        for (int i = 0; i < blocks.Length; i++) blocks[i] = source.Int(0, 99) < percent;
        _mask = new ulong[MaskWords.WordCount(count)];
        for (int i = 0; i < count; i++)
        {
            if (blocks[(i / columns / height * across) + (i % columns / width)]) MaskWords.Set(_mask, i);
            else Values[i] = 0;
        }

        Description = $"W {rows} x {columns}, {percent} % kept{(height * width > 1 ? $" in {height} x {width}" : "")}";
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Masked weights, row-major.</summary>
    public float[] Values { get; }

    public string Description { get; }

    public OpArgument Argument => OpArgument.Masked("w", new Shape(Rows, Columns), Values, _mask);

    /// <summary>The mask as devices take it.</summary>
    public int[] DeviceWords =>
        MemoryMarshal.Cast<ulong, int>(_mask)[..MaskWords.DeviceWordCount(Values.Length)].ToArray();

    public long Kept => MaskWords.Count(_mask);
}
