
namespace NeuralBurden.Compute.Simd.Tiles;

/// <summary>A product small enough to stay in one core's cache, tile by tile.</summary>
internal static unsafe class Product
{
    /// <summary>
    /// c[i, j] = sum over p of a[i * aRow + p * aStep] b[p, j], + add[i, j] if given, for i &lt; m, j &lt; n, p &lt; k, with b
    /// packed by <see cref="Panels"/>.
    /// </summary>
    /// <param name="before">Rows of A above row 0 that may be read.</param>
    /// <param name="ahead">Rows that will be wanted next, fetched in shares between the tiles.</param>
    public static void Run<S, V>(
        int m, int n, int k, int before, float* a, nint aRow, nint aStep, float* panels, float* c, nint cRow, float* add,
        RowPrefetch ahead = default)
        where S : struct, ISimd<V>
        where V : struct
    {
        int rows = Tile.Rows<S, V>(), columns = Tile.Columns<S, V>();
        int share = ahead.Share((m + rows - 1) / rows * ((n + columns - 1) / columns));
        for (int j = 0; j < n; j += columns)
        {
            int width = Math.Min(columns, n - j), step = Panels.Step<S, V>(width);
            float* panel = panels + ((nint)j * k);
            for (int i = 0; i < m; i += rows)
            {
                // A last tile of too few rows begins earlier: some rows are written twice, with the same bits.
                int first = add == null ? Math.Min(i, Math.Max(0, m - Tile.Rows<S, V>(m - i))) : i;
                nint at = (first * cRow) + j;
                ahead.Fetch(share);
                Tile.Run<S, V>(
                    Math.Min(rows, m - first), width, before + first, k, a + (first * aRow), aRow, aStep, panel, step,
                    c + at, cRow, null, add == null ? null : add + at);
            }
        }
    }
}
