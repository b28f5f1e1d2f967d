using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>
/// Maxima and sums over the rows of a tile, first of a thread's own columns, then of the Side threads that share a row:
/// <c>parts</c> [rows, Side] in shared memory. All of them get the same bits.
/// </summary>
internal static class RowSums<TTile>
    where TTile : struct, IHeadTile
{
    /// <summary>Quads of shared memory.</summary>
    public static int Parts => TTile.Rows * TTile.Side * TTile.Side / 4;

    /// <summary>The larger of both, row by row; NaN left out.</summary>
    public static Float4 Max(in Float4 maxima, in Block4x4 values) => new()
    {
        A = Max(maxima.A, values.R0),
        B = Max(maxima.B, values.R1),
        C = Max(maxima.C, values.R2),
        D = TTile.Rows > 3 ? Max(maxima.D, values.R3) : 0,
    };

    public static Float4 Sum(in Block4x4 values) => new()
    {
        A = Sum(0, values.R0),
        B = Sum(0, values.R1),
        C = Sum(0, values.R2),
        D = TTile.Rows > 3 ? Sum(0, values.R3) : 0,
    };

    /// <summary>What this thread has of each row.</summary>
    public static void Store(ArrayView<Float4> parts, in Float4 values)
    {
        var to = parts.Cast<float>().SubView(Group.IdxX);
        to[0] = values.A;
        to[TTile.Side * TTile.Side] = values.B;
        to[2 * TTile.Side * TTile.Side] = values.C;
        if (TTile.Rows > 3) to[3 * TTile.Side * TTile.Side] = values.D;
    }

    public static Float4 Max(ArrayView<Float4> parts) => new()
    {
        A = MaxOfRow(parts, 0),
        B = MaxOfRow(parts, 1),
        C = MaxOfRow(parts, 2),
        D = TTile.Rows > 3 ? MaxOfRow(parts, 3) : 0,
    };

    public static Float4 Sum(ArrayView<Float4> parts) => new()
    {
        A = SumOfRow(parts, 0),
        B = SumOfRow(parts, 1),
        C = SumOfRow(parts, 2),
        D = TTile.Rows > 3 ? SumOfRow(parts, 3) : 0,
    };

    private static float MaxOfRow(ArrayView<Float4> parts, int i)
    {
        var row = Row(parts, i);
        float max = Max(float.NegativeInfinity, row[0]);
        return TTile.Side > 4 ? Max(max, row[1]) : max;
    }

    private static float SumOfRow(ArrayView<Float4> parts, int i)
    {
        var row = Row(parts, i);
        float sum = Sum(0, row[0]);
        return TTile.Side > 4 ? Sum(sum, row[1]) : sum;
    }

    private static ArrayView<Float4> Row(ArrayView<Float4> parts, int i) =>
        parts.SubView(((Group.IdxX / TTile.Side) + (i * TTile.Side)) * (TTile.Side / 4));

    private static float Max(float max, in Float4 values)
    {
        max = values.A > max ? values.A : max;
        max = values.B > max ? values.B : max;
        max = values.C > max ? values.C : max;
        return values.D > max ? values.D : max;
    }

    private static float Sum(float sum, in Float4 values) => sum + values.A + values.B + values.C + values.D;
}
