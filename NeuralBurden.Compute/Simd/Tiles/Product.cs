
namespace NeuralBurden.Compute.Simd.Tiles;

/// <summary>A product small enough to stay in one core's cache, tile by tile.</summary>
internal static unsafe class Product
{
    /// <summary>
    /// c[i, j] = sum over p of a[i * aRow + p * aStep] b[p, j], + add[i, j] if given, for i &lt; m, j &lt; n, p &lt; k, with b
    /// packed by <see cref="Panels"/>.
    /// </summary>
    /// <param name="before">Rows of A above row 0 that may be read.</param>
    public static void Run<S, V>(
        int m, int n, int k, int before, float* a, nint aRow, nint aStep, float* panels, float* c, nint cRow, float* add)
        where S : struct, ISimd<V>
        where V : struct
    {
        int rows = Tile.Rows<S, V>(), columns = Tile.Columns<S, V>();
        for (int j = 0; j < n; j += columns)
        {
            int width = Math.Min(columns, n - j), step = Panels.Step<S, V>(width);
            float* panel = panels + ((nint)j * k);
            for (int i = 0; i < m; i += rows)
            {
                nint at = (i * cRow) + j;
                Tile.Run<S, V>(
                    Math.Min(rows, m - i), width, before + i, k, a + (i * aRow), aRow, aStep, panel, step,
                    c + at, cRow, null, add == null ? null : add + at);
            }
        }
    }
}
