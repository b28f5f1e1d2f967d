using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>
/// Products of tiles in shared memory by the threads of an <see cref="IHeadTile"/>. A panel is a tile's rows of channels
/// in quads; a square is a tile's queries by its keys. Either has an odd number of quads per row, against bank conflicts.
/// </summary>
internal static class HeadProducts<TTile>
    where TTile : struct, IHeadTile
{
    /// <summary>Queries or keys of a tile.</summary>
    public static int Tile => TTile.Rows * TTile.Side;

    public static int Channels => 4 * TTile.Side * TTile.Quads;

    /// <summary>Quads of a panel in shared memory.</summary>
    public static int PanelQuads => Tile * PanelPitch;

    /// <summary>Quads of a square in shared memory.</summary>
    public static int SquareQuads => Tile * SquarePitch;

    private static int PanelPitch => (TTile.Side * TTile.Quads) + 1;

    private static int SquarePitch => (Tile / 4) + 1;

    // From one row of a thread to its next, in quads.
    private static int PanelStep => TTile.Side * PanelPitch;

    private static int SquareStep => TTile.Side * SquarePitch;

    /// <summary>panel = source[row ..., column ...].</summary>
    public static void Load<TAccess>(ArrayView<Float4> panel, in HeadRows source, int row, int column)
        where TAccess : struct, IAccess
    {
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side;
        var to = panel.SubView((ty * PanelPitch) + tx);
        LoadRow<TAccess>(to, 0, source, row + ty, column + (4 * tx));
        LoadRow<TAccess>(to, PanelStep, source, row + ty + TTile.Side, column + (4 * tx));
        LoadRow<TAccess>(to, 2 * PanelStep, source, row + ty + (2 * TTile.Side), column + (4 * tx));
        if (TTile.Rows > 3)
            LoadRow<TAccess>(to, 3 * PanelStep, source, row + ty + (3 * TTile.Side), column + (4 * tx));
    }

    /// <summary>scores += left right^T over the first <paramref name="channels"/>, in quads.</summary>
    public static void Multiply(
        ArrayView<Float4> left, ArrayView<Float4> right, int channels, ref Block4x4 scores)
    {
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side;
        int row = ty * PanelPitch, column = tx * PanelPitch, end = row + ((channels + 3) / 4);
        for (; row < end; row++, column++)
        {
            ArrayView<Float4> rows = left.SubView(row), columns = right.SubView(column);
            Float4 y0 = columns[0], y1 = columns[PanelStep], y2 = columns[2 * PanelStep];
            var y3 = TTile.Rows > 3 ? columns[3 * PanelStep] : default;

            // Copies: of a reference, ILGPU would load each word anew.
            var x = rows[0];
            AddDots(x, y0, y1, y2, y3, ref scores.R0);
            x = rows[PanelStep];
            AddDots(x, y0, y1, y2, y3, ref scores.R1);
            x = rows[2 * PanelStep];
            AddDots(x, y0, y1, y2, y3, ref scores.R2);
            if (TTile.Rows <= 3) continue;
            x = rows[3 * PanelStep];
            AddDots(x, y0, y1, y2, y3, ref scores.R3);
        }
    }

    public static void StoreSquare(ArrayView<Float4> square, in Block4x4 values)
    {
        StoreSquareRow(square, 0, values.R0);
        StoreSquareRow(square, 1, values.R1);
        StoreSquareRow(square, 2, values.R2);
        if (TTile.Rows > 3) StoreSquareRow(square, 3, values.R3);
    }

    /// <summary>Row i of a thread in a square.</summary>
    public static void StoreSquareRow(ArrayView<Float4> square, int i, in Float4 values)
    {
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side;
        var to = square.Cast<float>().SubView((4 * ((ty * SquarePitch) + (i * SquareStep))) + tx);
        to[0] = values.A;
        to[TTile.Side] = values.B;
        to[2 * TTile.Side] = values.C;
        if (TTile.Rows > 3) to[3 * TTile.Side] = values.D;
    }

    /// <summary>
    /// result += square panel: queries by keys times the first <paramref name="keys"/> rows of the panel. The square has 0
    /// for those of the last quad that are none.
    /// </summary>
    public static void Accumulate(
        ArrayView<Float4> square, ArrayView<Float4> panel, int keys, ref Block4x8 result)
    {
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side;
        int row = ty * SquarePitch, column = tx, end = row + ((keys + 3) / 4);
        for (; row < end; row++, column += 4 * PanelPitch)
        {
            ArrayView<Float4> rows = square.SubView(row), columns = panel.SubView(column);
            Float4 w0 = rows[0], w1 = rows[SquareStep], w2 = rows[2 * SquareStep];
            var w3 = TTile.Rows > 3 ? rows[3 * SquareStep] : default;
            AddOuter(columns, 0, w0.A, w1.A, w2.A, w3.A, ref result);
            AddOuter(columns, PanelPitch, w0.B, w1.B, w2.B, w3.B, ref result);
            AddOuter(columns, 2 * PanelPitch, w0.C, w1.C, w2.C, w3.C, ref result);
            AddOuter(columns, 3 * PanelPitch, w0.D, w1.D, w2.D, w3.D, ref result);
        }
    }

    /// <summary>result += square^T panel: keys by queries times the first <paramref name="queries"/> rows.</summary>
    public static void AccumulateTransposed(
        ArrayView<Float4> square, ArrayView<Float4> panel, int queries, ref Block4x8 result)
    {
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side, end = queries * PanelPitch;
        int row = ty;
        for (int column = 0; column < end; column += 4 * PanelPitch, row += 16 * SquarePitch)
        {
            var rows = square.Cast<float>().SubView(row);
            var columns = panel.SubView(column + tx);
            AddOuter(columns, rows, 0, ref result);
            AddOuter(columns, rows, 1, ref result);
            AddOuter(columns, rows, 2, ref result);
            AddOuter(columns, rows, 3, ref result);
        }
    }

    /// <summary>target[row ..., column ...] = result.</summary>
    public static void Store<TAccess>(in Block4x8 result, in HeadRows target, int row, int column)
        where TAccess : struct, IAccess
    {
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side, from = column + (4 * tx);
        StoreRow<TAccess>(result.R0, target, row + ty, from);
        StoreRow<TAccess>(result.R1, target, row + ty + TTile.Side, from);
        StoreRow<TAccess>(result.R2, target, row + ty + (2 * TTile.Side), from);
        if (TTile.Rows > 3) StoreRow<TAccess>(result.R3, target, row + ty + (3 * TTile.Side), from);
    }

    private static void LoadRow<TAccess>(ArrayView<Float4> to, int at, in HeadRows source, int row, int column)
        where TAccess : struct, IAccess
    {
        to[at] = source.Load<TAccess>(row, column);
        if (TTile.Quads > 1) to[at + TTile.Side] = source.Load<TAccess>(row, column + (4 * TTile.Side));
    }

    private static void StoreRow<TAccess>(in Float8 values, in HeadRows target, int row, int column)
        where TAccess : struct, IAccess
    {
        target.Store<TAccess>(row, column, values.Left);
        if (TTile.Quads > 1) target.Store<TAccess>(row, column + (4 * TTile.Side), values.Right);
    }

    private static void AddDots(
        in Float4 x, in Float4 y0, in Float4 y1, in Float4 y2, in Float4 y3, ref Float4 sums)
    {
        sums.A = AddDot(sums.A, x, y0);
        sums.B = AddDot(sums.B, x, y1);
        sums.C = AddDot(sums.C, x, y2);
        if (TTile.Rows > 3) sums.D = AddDot(sums.D, x, y3);
    }

    private static float AddDot(float sum, in Float4 x, in Float4 y)
    {
        sum += x.A * y.A;
        sum += x.B * y.B;
        sum += x.C * y.C;
        return sum + (x.D * y.D);
    }

    // Row 4 k + i of the square, i constant: the weights of all keys of the thread for one query.
    private static void AddOuter(ArrayView<Float4> columns, ArrayView<float> rows, int i, ref Block4x8 result)
    {
        int at = i * 4 * SquarePitch;
        float w3 = TTile.Rows > 3 ? rows[at + (3 * TTile.Side)] : 0;
        AddOuter(
            columns, i * PanelPitch, rows[at], rows[at + TTile.Side], rows[at + (2 * TTile.Side)], w3, ref result);
    }

    private static void AddOuter(
        ArrayView<Float4> columns, int at, float w0, float w1, float w2, float w3, ref Block4x8 result)
    {
        var left = columns[at];
        if (TTile.Quads > 1)
        {
            var right = columns[at + TTile.Side];
            result.R0.AddScaled(w0, left, right);
            result.R1.AddScaled(w1, left, right);
            result.R2.AddScaled(w2, left, right);
            if (TTile.Rows > 3) result.R3.AddScaled(w3, left, right);
        }
        else
        {
            result.R0.AddScaled(w0, left);
            result.R1.AddScaled(w1, left);
            result.R2.AddScaled(w2, left);
            if (TTile.Rows > 3) result.R3.AddScaled(w3, left);
        }
    }
}
