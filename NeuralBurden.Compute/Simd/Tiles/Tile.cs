using System.Runtime.CompilerServices;

namespace NeuralBurden.Compute.Simd.Tiles;

/// <summary>
/// The register tile that every dense product is made of: a few rows of A times a panel of B, one or two vectors wide,
/// summed over k in ascending order with one accumulator per element.
/// </summary>
internal static unsafe class Tile
{
    /// <summary>Floats of the largest tile of all widths: 12 rows of two 16-lane vectors.</summary>
    public const int LargestTile = 12 * 32;

    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Rows of the full tile: 512-bit code has 32 registers, narrower code 16.</summary>
    [MethodImpl(Inline)]
    public static int Rows<S, V>()
        where S : struct, ISimd<V>
        where V : struct => S.Count == 16 ? 12 : 6;

    /// <summary>Rows of the smallest tile that computes so many at once.</summary>
    [MethodImpl(Inline)]
    public static int Rows<S, V>(int rows)
        where S : struct, ISimd<V>
        where V : struct => rows > 6 ? Rows<S, V>() : 6;

    /// <summary>Columns of the full tile, and of all panels of B but the last.</summary>
    [MethodImpl(Inline)]
    public static int Columns<S, V>()
        where S : struct, ISimd<V>
        where V : struct => 2 * S.Count;

    /// <summary>
    /// c[i, j] = sum over p of a[i, p] b[p, j], + bias[j] if given, + add[i, j] if given, for
    /// <paramref name="rows"/> x <paramref name="columns"/> elements, at most a full tile.
    /// </summary>
    /// <param name="before">How many rows of A lie above row 0 and may be read: partial tiles recompute some.</param>
    /// <param name="a">Element (i, p) at a[i * aRow + p * aStep].</param>
    /// <param name="b">Element (p, j) at b[p * bStep + j]; whole vectors are read, values past the columns are unused.</param>
    /// <param name="c">Row i at c + i * cRow; <paramref name="add"/> has the same rows and may be c.</param>
    [MethodImpl(Inline)]
    public static void Run<S, V>(
        int rows, int columns, int before, nint k, float* a, nint aRow, nint aStep, float* b, nint bStep,
        float* c, nint cRow, float* bias, float* add)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (rows == Rows<S, V>() && columns == Columns<S, V>())
        {
            if (S.Count == 16) Tile12.Two<S, V>(k, a, aRow, aStep, b, bStep, c, cRow, bias, add);
            else Tile6.Two<S, V>(k, a, aRow, aStep, b, bStep, c, cRow, bias, add);
        }
        else
        {
            Partial<S, V>(rows, columns, before, k, a, aRow, aStep, b, bStep, c, cRow, bias, add);
        }
    }

    /// <summary>One row's share of a step of k: both columns of a tile by one broadcast.</summary>
    [MethodImpl(Inline)]
    public static void Step<S, V>(float a, V b0, V b1, ref V x, ref V y)
        where S : struct, ISimd<V>
        where V : struct
    {
        var value = S.Broadcast(a);
        x = S.MultiplyAdd(value, b0, x);
        y = S.MultiplyAdd(value, b1, y);
    }

    [MethodImpl(Inline)]
    public static void Add<S, V>(V b0, V b1, ref V x, ref V y)
        where S : struct, ISimd<V>
        where V : struct
    {
        x = S.Add(x, b0);
        y = S.Add(y, b1);
    }

    [MethodImpl(Inline)]
    public static void AddRow<S, V>(float* row, ref V x, ref V y)
        where S : struct, ISimd<V>
        where V : struct
    {
        x = S.Add(x, S.Load(row));
        y = S.Add(y, S.Load(row + S.Count));
    }

    [MethodImpl(Inline)]
    public static void StoreRow<S, V>(float* row, V x, V y)
        where S : struct, ISimd<V>
        where V : struct
    {
        S.Store(x, row);
        S.Store(y, row + S.Count);
    }

    private static void Partial<S, V>(
        int rows, int columns, int before, nint k, float* a, nint aRow, nint aStep, float* b, nint bStep,
        float* c, nint cRow, float* bias, float* add)
        where S : struct, ISimd<V>
        where V : struct
    {
        int tile = Rows<S, V>(rows);
        if (rows == tile && columns % S.Count == 0)
        {
            Full<S, V>(tile, columns, k, a, aRow, aStep, b, bStep, c, cRow, bias, add);
            return;
        }

        if (tile - rows > before)
        {
            // Too few rows for a tile anywhere: one at a time, each read as often as the tile has rows.
            tile = 6;
            for (int i = 0; i < rows; i++)
            {
                nint at = i * cRow;
                Edge<S, V>(
                    tile, 0, 1, columns, k, a + (i * aRow), 0, aStep, b, bStep, c + at, cRow, bias,
                    add == null ? null : add + at);
            }

            return;
        }

        int skip = tile - rows;
        Edge<S, V>(tile, skip, rows, columns, k, a - (skip * aRow), aRow, aStep, b, bStep, c, cRow, bias, add);
    }

    /// <summary>Computes a whole tile aside and writes the wanted part of it.</summary>
    [SkipLocalsInit]
    private static void Edge<S, V>(
        int tile, int skip, int rows, int columns, nint k, float* a, nint aRow, nint aStep, float* b, nint bStep,
        float* c, nint cRow, float* bias, float* add)
        where S : struct, ISimd<V>
        where V : struct
    {
        float* edge = stackalloc float[LargestTile];
        int width = columns <= S.Count ? S.Count : 2 * S.Count;
        Full<S, V>(tile, width, k, a, aRow, aStep, b, bStep, edge, width, null, null);
        edge += skip * width;
        for (int i = 0; i < rows; i++, edge += width, c += cRow)
        {
            for (int j = 0; j < columns; j += S.Count)
            {
                int count = columns - j;
                var value = S.Load(edge + j);
                if (bias != null) value = S.Add(value, S.LoadPartial(bias + j, count));
                if (add != null) value = S.Add(value, S.LoadPartial(add + j, count));
                S.StorePartial(value, c + j, count);
            }

            if (add != null) add += cRow;
        }
    }

    [MethodImpl(Inline)]
    private static void Full<S, V>(
        int tile, int columns, nint k, float* a, nint aRow, nint aStep, float* b, nint bStep,
        float* c, nint cRow, float* bias, float* add)
        where S : struct, ISimd<V>
        where V : struct
    {
        if (tile == 12)
        {
            if (columns > S.Count) Tile12.Two<S, V>(k, a, aRow, aStep, b, bStep, c, cRow, bias, add);
            else Tile12.One<S, V>(k, a, aRow, aStep, b, bStep, c, cRow, bias, add);
        }
        else if (columns > S.Count)
        {
            Tile6.Two<S, V>(k, a, aRow, aStep, b, bStep, c, cRow, bias, add);
        }
        else
        {
            Tile6.One<S, V>(k, a, aRow, aStep, b, bStep, c, cRow, bias, add);
        }
    }
}
