using System.Runtime.CompilerServices;

namespace NeuralBurden.Compute.Simd.Tiles;

/// <summary>Register tiles of 6 rows: 12 accumulators, two vectors of B and one broadcast fit 16 registers.</summary>
internal static unsafe class Tile6
{
    /// <summary>A tile 6 rows by two vectors; arguments as in <see cref="Tile.Run"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Two<S, V>(
        nint k, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, float* bias, float* add)
        where S : struct, ISimd<V>
        where V : struct
    {
        V x0 = S.Zero, x1 = S.Zero, x2 = S.Zero, x3 = S.Zero, x4 = S.Zero, x5 = S.Zero;
        V y0 = S.Zero, y1 = S.Zero, y2 = S.Zero, y3 = S.Zero, y4 = S.Zero, y5 = S.Zero;
        nint twoRows = 2 * aRow;
        float* a3 = a + aRow + twoRows;
        for (; k > 0; k--)
        {
            V b0 = S.Load(b), b1 = S.Load(b + S.Count);
            Tile.Step<S, V>(*a, b0, b1, ref x0, ref y0);
            Tile.Step<S, V>(*(a + aRow), b0, b1, ref x1, ref y1);
            Tile.Step<S, V>(*(a + twoRows), b0, b1, ref x2, ref y2);
            Tile.Step<S, V>(*a3, b0, b1, ref x3, ref y3);
            Tile.Step<S, V>(*(a3 + aRow), b0, b1, ref x4, ref y4);
            Tile.Step<S, V>(*(a3 + twoRows), b0, b1, ref x5, ref y5);
            b += bStep;
            a += aStep;
            a3 += aStep;
        }

        if (bias != null)
        {
            V b0 = S.Load(bias), b1 = S.Load(bias + S.Count);
            Tile.Add<S, V>(b0, b1, ref x0, ref y0);
            Tile.Add<S, V>(b0, b1, ref x1, ref y1);
            Tile.Add<S, V>(b0, b1, ref x2, ref y2);
            Tile.Add<S, V>(b0, b1, ref x3, ref y3);
            Tile.Add<S, V>(b0, b1, ref x4, ref y4);
            Tile.Add<S, V>(b0, b1, ref x5, ref y5);
        }

        if (add != null)
        {
            Tile.AddRow<S, V>(add, ref x0, ref y0);
            Tile.AddRow<S, V>(add + cRow, ref x1, ref y1);
            Tile.AddRow<S, V>(add + (2 * cRow), ref x2, ref y2);
            Tile.AddRow<S, V>(add + (3 * cRow), ref x3, ref y3);
            Tile.AddRow<S, V>(add + (4 * cRow), ref x4, ref y4);
            Tile.AddRow<S, V>(add + (5 * cRow), ref x5, ref y5);
        }

        Tile.StoreRow<S, V>(c, x0, y0);
        Tile.StoreRow<S, V>(c + cRow, x1, y1);
        Tile.StoreRow<S, V>(c + (2 * cRow), x2, y2);
        Tile.StoreRow<S, V>(c + (3 * cRow), x3, y3);
        Tile.StoreRow<S, V>(c + (4 * cRow), x4, y4);
        Tile.StoreRow<S, V>(c + (5 * cRow), x5, y5);
    }

    /// <summary>A tile 6 rows by one vector; arguments as in <see cref="Tile.Run"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void One<S, V>(
        nint k, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, float* bias, float* add)
        where S : struct, ISimd<V>
        where V : struct
    {
        V x0 = S.Zero, x1 = S.Zero, x2 = S.Zero, x3 = S.Zero, x4 = S.Zero, x5 = S.Zero;
        nint twoRows = 2 * aRow;
        float* a3 = a + aRow + twoRows;
        for (; k > 0; k--)
        {
            V b0 = S.Load(b);
            x0 = S.MultiplyAdd(S.Broadcast(*a), b0, x0);
            x1 = S.MultiplyAdd(S.Broadcast(*(a + aRow)), b0, x1);
            x2 = S.MultiplyAdd(S.Broadcast(*(a + twoRows)), b0, x2);
            x3 = S.MultiplyAdd(S.Broadcast(*a3), b0, x3);
            x4 = S.MultiplyAdd(S.Broadcast(*(a3 + aRow)), b0, x4);
            x5 = S.MultiplyAdd(S.Broadcast(*(a3 + twoRows)), b0, x5);
            b += bStep;
            a += aStep;
            a3 += aStep;
        }

        if (bias != null)
        {
            V b0 = S.Load(bias);
            x0 = S.Add(x0, b0);
            x1 = S.Add(x1, b0);
            x2 = S.Add(x2, b0);
            x3 = S.Add(x3, b0);
            x4 = S.Add(x4, b0);
            x5 = S.Add(x5, b0);
        }

        if (add != null)
        {
            x0 = S.Add(x0, S.Load(add));
            x1 = S.Add(x1, S.Load(add + cRow));
            x2 = S.Add(x2, S.Load(add + (2 * cRow)));
            x3 = S.Add(x3, S.Load(add + (3 * cRow)));
            x4 = S.Add(x4, S.Load(add + (4 * cRow)));
            x5 = S.Add(x5, S.Load(add + (5 * cRow)));
        }

        S.Store(x0, c);
        S.Store(x1, c + cRow);
        S.Store(x2, c + (2 * cRow));
        S.Store(x3, c + (3 * cRow));
        S.Store(x4, c + (4 * cRow));
        S.Store(x5, c + (5 * cRow));
    }
}
