using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>
/// The queries of a thread: rows first + i Side of square <c>pair</c> of [B H, T, T], as far as there are.
/// </summary>
internal readonly struct SquareRows<TTile>(int first, int t, int pair)
    where TTile : struct, IHeadTile
{
    public bool Has(int i) => first + (i * TTile.Side) < t;

    /// <summary>Row i; the last one beyond it.</summary>
    public ArrayView<float> Row(ArrayView<float> squares, int i) =>
        squares.SubView(((pair * t) + Math.Min(first + (i * TTile.Side), t - 1)) * t);

    /// <summary>Row i of a tile; 0 where there is no row or no column.</summary>
    public Float4 Load(ArrayView<float> squares, int i, in SquareColumns<TTile> columns)
    {
        var values = columns.Keep(columns.Load(Row(squares, i)), 0);
        return Has(i) ? values : default;
    }

    public void Store(ArrayView<float> squares, int i, in SquareColumns<TTile> columns, in Float4 values)
    {
        if (Has(i)) columns.Store(Row(squares, i), values);
    }

    public void Store(ArrayView<float> squares, in SquareColumns<TTile> columns, in Block4x4 values)
    {
        Store(squares, 0, columns, values.R0);
        Store(squares, 1, columns, values.R1);
        Store(squares, 2, columns, values.R2);
        if (TTile.Rows > 3) Store(squares, 3, columns, values.R3);
    }

    /// <summary>Scores become probabilities: exp(score - shift) factor, in columns lane, lane + Side, ...</summary>
    public void Normalize(ArrayView<float> squares, int lane, in Float4 shift, in Float4 factors)
    {
        Normalize(squares, 0, lane, shift.A, factors.A);
        Normalize(squares, 1, lane, shift.B, factors.B);
        Normalize(squares, 2, lane, shift.C, factors.C);
        if (TTile.Rows > 3) Normalize(squares, 3, lane, shift.D, factors.D);
    }

    private void Normalize(ArrayView<float> squares, int i, int lane, float shift, float factor)
    {
        if (!Has(i)) return;
        var row = Row(squares, i);
        for (int key = lane; key < t; key += TTile.Side) row[key] = MathF.Exp(row[key] - shift) * factor;
    }
}
