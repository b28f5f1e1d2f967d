using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>
/// <see cref="GemmTile{TTile, TAccess, TPanels}"/> with rounded factors, by tensor cores where a device has them: the same
/// tiles, panels and slices; a warp sums 64 x 32 elements (<see cref="WarpSums"/>) from eight steps of k at a time. Panels hold
/// what is in memory: factors are rounded when they are multiplied, sums of rows are not.
/// </summary>
internal readonly struct GemmWarpTile<TTile, TAccess, TPanels, TFormat>(int sliceDepth, GemmInputs x, GemmOutput output) : IKernel
    where TTile : struct, IWarpTile
    where TAccess : struct, IAccess
    where TPanels : struct, IPanels
    where TFormat : struct, IWarpFormat
{
    // Two large groups at once need their registers; the launch counts on both.
    public static (int Threads, int Groups) Residence => TTile.Side == 16 ? (256, 2) : default;

    private static int Tile => GemmPanels<TTile, TPanels>.Tile;

    private static int Pitch => GemmPanels<TTile, TPanels>.Pitch;

    private static int Panel => GemmPanels<TTile, TPanels>.Panel;

    private static int WarpsAcross => Tile / WarpSums.Columns;

    public void Execute()
    {
        var shared = GroupMemory.Allocate<Float4>(4 * TTile.Side * ((2 * TTile.Side) + 1));
        WarpEmulation.Begin();
        int t = Group.IdxX, warp = t / 32, group = t % 32 / 4, pair = 2 * (t % 4);
        int warpRow = warp / WarpsAcross * WarpSums.Rows, warpColumn = warp % WarpsAcross * WarpSums.Columns;
        int tileColumns = (x.N + Tile - 1) / Tile, tiles = tileColumns * ((x.M + Tile - 1) / Tile);
        int slice = Grid.IdxX / tiles, tile = Grid.IdxX - (slice * tiles), tileRow = tile / tileColumns;
        int row = tileRow * Tile, column = (tile - (tileRow * tileColumns)) * Tile;
        int start = slice * sliceDepth, end = Math.Min(start + sliceDepth, x.K);
        var partA = GemmPart<TTile, TAccess>.Of(t, row, x.M, x.ARow, x.AStep);
        var partB = GemmPart<TTile, TAccess>.Of(t, column, x.N, x.BColumn, x.BStep);
        WarpSums product = default;
        bool sums = TPanels.Sums && column == 0;
        float rowSum = 0, unused = 0;
        int current = 0;
        start = GemmPanels<TTile, TPanels>.NextKept(x, start, end, column);
        if (start < end)
        {
            Float4 a = partA.First(x.A, start, end), a2 = partA.Second(x.A, start, end);
            Float4 b = partB.First(x.B, start, end), b2 = partB.Second(x.B, start, end);
            partA.Store(shared, 0, a, a2, start, end);
            partB.Store(shared, 2 * Panel, b, b2, start, end);
        }

        for (int step = start; step < end;)
        {
            Group.Barrier();
            int next = GemmPanels<TTile, TPanels>.NextKept(x, step + TTile.Side, end, column);
            Float4 a = default, a2 = default, b = default, b2 = default;
            if (next < end)
            {
                (a, a2) = (partA.First(x.A, next, end), partA.Second(x.A, next, end));
                (b, b2) = (partB.First(x.B, next, end), partB.Second(x.B, next, end));
            }

            if (sums) GemmPanels<TTile, TPanels>.AddRow(shared, current, t, ref rowSum, ref unused);
            for (int k = 0; k < Panel; k += 8 * Pitch)
            {
                int at = 4 * (current + k + (pair * Pitch));
                var words = shared.Cast<float>().SubView(at + group);
                product = TFormat.AddStep(product, Load(words.SubView(warpRow), words.SubView((8 * Panel) + warpColumn)));
            }

            current = Panel - current;
            step = next;
            if (next >= end) continue;
            partA.Store(shared, current, a, a2, next, end);
            partB.Store(shared, current + (2 * Panel), b, b2, next, end);
        }

        if (sums) GemmPanels<TTile, TPanels>.StoreSums(output.RowSums, slice, row, x.M, t, rowSum, unused);
        int shift = slice * x.M * x.N, place = (4 * Pitch * ((warpRow / 2) + group)) + warpColumn + pair;
        StoreHalf(shared, place, product.R0, product.R1, row, column, shift);
        StoreHalf(shared, place, product.R2, product.R3, row + (WarpSums.Rows / 2), column, shift);
    }

    // A thread's step and the next, of rows or columns 8 apart.
    private static WarpOperands Load(ArrayView<float> a, ArrayView<float> b) => new()
    {
        A0 = new() { A = a[0], B = a[8], C = a[4 * Pitch], D = a[(4 * Pitch) + 8] },
        A1 = new() { A = a[16], B = a[24], C = a[(4 * Pitch) + 16], D = a[(4 * Pitch) + 24] },
        A2 = new() { A = a[32], B = a[40], C = a[(4 * Pitch) + 32], D = a[(4 * Pitch) + 40] },
        A3 = new() { A = a[48], B = a[56], C = a[(4 * Pitch) + 48], D = a[(4 * Pitch) + 56] },
        B01 = new() { A = b[0], B = b[4 * Pitch], C = b[8], D = b[(4 * Pitch) + 8] },
        B23 = new() { A = b[16], B = b[(4 * Pitch) + 16], C = b[24], D = b[(4 * Pitch) + 24] },
    };

    // The upper, then the lower 32 rows of every warp: half the tile, as much as the panels' memory holds.
    private void StoreHalf(
        ArrayView<Float4> shared, int place, in WarpRow upper, in WarpRow lower, int row, int column, int shift)
    {
        int quads = 2 * TTile.Side, t = Group.IdxX, n = column + (4 * (t % quads));
        var words = shared.Cast<float>().SubView(place);
        Group.Barrier();
        Store(words, upper);
        Store(words.SubView(64 * Pitch), lower);
        Group.Barrier();

        // Not a constant: compilers cannot count the loop and unroll the epilogue.
        int rows = n < x.N ? 4 * TTile.Side : 0;
        for (int i = t / quads; i < rows; i += TTile.Side / 2)
        {
            int m = row + i + (i & 32);
            if (m < x.M) output.Put<TAccess>(shift + (m * x.N) + n, n, shared[(i * Pitch) + (t % quads)], x.N - n);
        }
    }

    private static void Store(ArrayView<float> words, in WarpRow row)
    {
        Store(words, 0, row.C0);
        Store(words, 8, row.C1);
        Store(words, 16, row.C2);
        Store(words, 24, row.C3);
    }

    private static void Store(ArrayView<float> words, int at, in Float4 sums)
    {
        words[at] = sums.A;
        words[at + 1] = sums.B;
        words[at + (32 * Pitch)] = sums.C;
        words[at + (32 * Pitch) + 1] = sums.D;
    }
}
