using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>The keys of a thread in one tile: columns first + j Side of the squares [T, T], as far as there are.</summary>
internal readonly struct SquareColumns<TTile>(int first, int t)
    where TTile : struct, IHeadTile
{
    public bool HasA => first < t;

    public bool HasB => first + TTile.Side < t;

    public bool HasC => first + (2 * TTile.Side) < t;

    public bool HasD => TTile.Rows > 3 && first + (3 * TTile.Side) < t;

    /// <summary>Values of the columns; the last one's beyond it. No branches, so that all loads are under way.</summary>
    public Float4 Load(ArrayView<float> row) => new()
    {
        A = row[Math.Min(first, t - 1)],
        B = row[Math.Min(first + TTile.Side, t - 1)],
        C = row[Math.Min(first + (2 * TTile.Side), t - 1)],
        D = TTile.Rows > 3 ? row[Math.Min(first + (3 * TTile.Side), t - 1)] : 0,
    };

    /// <summary>The values, or <paramref name="otherwise"/> where there is no column.</summary>
    public Float4 Keep(in Float4 values, float otherwise) => new()
    {
        A = HasA ? values.A : otherwise,
        B = HasB ? values.B : otherwise,
        C = HasC ? values.C : otherwise,
        D = HasD ? values.D : otherwise,
    };

    public void Store(ArrayView<float> row, in Float4 values)
    {
        if (HasA) row[first] = values.A;
        if (HasB) row[first + TTile.Side] = values.B;
        if (HasC) row[first + (2 * TTile.Side)] = values.C;
        if (HasD) row[first + (3 * TTile.Side)] = values.D;
    }
}
