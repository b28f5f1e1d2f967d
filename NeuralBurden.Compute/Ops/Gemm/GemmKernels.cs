using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>
/// op(A) [M, K] and op(B) [K, N] as strided views: element (m, k) of op(A) lies at m aRow + k aStep.
/// </summary>
internal struct GemmInputs
{
    public ArrayView<float> A, B;
    public int M, N, K, ARow, AStep, BStep, BColumn;

    /// <summary>
    /// Elements (row + i stride, step) of op(A), i = 0 to 7; those of the last row and step in place of ones
    /// beyond them. No branches, so that all eight loads are under way at once.
    /// </summary>
    public readonly Float8 FetchA(int row, int stride, int step, int end) =>
        Fetch(A, row, stride, M - 1, ARow, step, end, AStep);

    /// <summary>Elements (step, column + i stride) of op(B), in the same way.</summary>
    public readonly Float8 FetchB(int column, int stride, int step, int end) =>
        Fetch(B, column, stride, N - 1, BColumn, step, end, BStep);

    private static Float8 Fetch(
        ArrayView<float> source, int first, int stride, int last, int pitch, int step, int end, int stepPitch)
    {
        int at = Math.Min(step, end - 1) * stepPitch;
        return new Float8
        {
            A = source[at + (Math.Min(first, last) * pitch)],
            B = source[at + (Math.Min(first + stride, last) * pitch)],
            C = source[at + (Math.Min(first + (2 * stride), last) * pitch)],
            D = source[at + (Math.Min(first + (3 * stride), last) * pitch)],
            E = source[at + (Math.Min(first + (4 * stride), last) * pitch)],
            F = source[at + (Math.Min(first + (5 * stride), last) * pitch)],
            G = source[at + (Math.Min(first + (6 * stride), last) * pitch)],
            H = source[at + (Math.Min(first + (7 * stride), last) * pitch)],
        };
    }
}

/// <summary>What becomes of one element of the product; see <see cref="GemmEpilogue"/>.</summary>
internal struct GemmOutput
{
    public const int Accumulate = -1;

    public ArrayView<float> C, Bias, Auxiliary;

    /// <summary>An <see cref="EpilogueKind"/>, or <see cref="Accumulate"/>.</summary>
    public int Kind;

    public readonly void Put(int index, int column, float value)
    {
        switch (Kind)
        {
            case Accumulate:
                value += C[index];
                break;
            case (int)EpilogueKind.Bias:
                value += Bias[column];
                break;
            case (int)EpilogueKind.BiasGelu:
                value += Bias[column];
                Auxiliary[index] = value;
                value = Normal.Gelu(value);
                break;
            case (int)EpilogueKind.BiasResidual:
                value += Bias[column] + Auxiliary[index];
                break;
            case (int)EpilogueKind.GeluGradient:
                value *= Normal.GeluDerivative(Auxiliary[index]);
                break;
        }

        C[index] = value;
    }
}

/// <summary>
/// A tile of 8 Side x 8 Side elements of C by Side x Side threads, each with 8 x 8 accumulators in registers:
/// rows 4 ty to 4 ty + 3 of either half of the tile, columns likewise, so that shared memory is read four
/// words at a time. Panels of A and B, Side deep, are double-buffered there, with one barrier per pair: a
/// thread fetches its 8 + 8 elements of the next pair into registers, multiplies this pair, and only then
/// stores what it fetched, so that the products hide the wait for memory. Groups beyond the tiles of C do
/// later slices of K, each into its own part of C (see <see cref="FoldSlices"/>).
/// </summary>
internal readonly struct GemmTile<TTile>(int sliceDepth, GemmInputs x, GemmOutput output) : IKernel
    where TTile : struct, ITile
{
    private static int Tile => 8 * TTile.Side;

    private static int Depth => TTile.Side;

    // In quads: a multiple of four words, and not of all banks.
    private static int Pitch => (2 * TTile.Side) + 1;

    private static int Panel => Depth * Pitch;

    public void Execute()
    {
        var shared = GroupMemory.Allocate<Float4>(4 * TTile.Side * ((2 * TTile.Side) + 1));
        var words = shared.Cast<float>();
        int t = Group.IdxX, tx = t % TTile.Side, ty = t / TTile.Side;

        // Blocks of 8 x 4 threads: a warp then reads the fewest different words.
        if (TTile.Side == 16) (tx, ty) = ((t % 8) + (t / 32 % 2 * 8), (t / 8 % 4) + (t / 64 * 4));
        int tileColumns = (x.N + Tile - 1) / Tile, tiles = tileColumns * ((x.M + Tile - 1) / Tile);
        int slice = Grid.IdxX / tiles, tile = Grid.IdxX % tiles;
        int row = tile / tileColumns * Tile, column = tile % tileColumns * Tile;
        int start = slice * sliceDepth, end = start + sliceDepth < x.K ? start + sliceDepth : x.K;

        // Which elements a thread fetches: neighbours fetch neighbouring memory, along the rows of A where it
        // is stored transposed, else along k.
        int rowA = x.ARow == 1 ? t % Depth : t / Depth, stepA = x.ARow == 1 ? t / Depth : t % Depth;
        int columnB = x.BColumn == 1 ? t % Depth : t / Depth, stepB = x.BColumn == 1 ? t / Depth : t % Depth;
        int toA = (4 * Pitch * stepA) + rowA, toB = (4 * ((2 * Panel) + (Pitch * stepB))) + columnB;
        Float8 r0 = default, r1 = default, r2 = default, r3 = default;
        Float8 r4 = default, r5 = default, r6 = default, r7 = default;
        int current = 0;
        if (start < end)
        {
            var firstA = x.FetchA(row + rowA, TTile.Side, start + stepA, end);
            var firstB = x.FetchB(column + columnB, TTile.Side, start + stepB, end);
            StorePanel(words, toA, firstA, start + stepA < end);
            StorePanel(words, toB, firstB, start + stepB < end);
        }

        for (int step = start; step < end; step += Depth)
        {
            Group.Barrier();
            int next = step + Depth;
            Float8 nextA = default, nextB = default;
            if (next < end)
            {
                nextA = x.FetchA(row + rowA, TTile.Side, next + stepA, end);
                nextB = x.FetchB(column + columnB, TTile.Side, next + stepB, end);
            }

            for (int k = 0; k < Depth; k++)
            {
                int at = current + (k * Pitch);
                Float4 left = shared[at + ty], right = shared[at + (2 * Panel) + tx];
                Float4 right2 = shared[at + (2 * Panel) + TTile.Side + tx];
                r0.AddScaled(left.A, right, right2);
                r1.AddScaled(left.B, right, right2);
                r2.AddScaled(left.C, right, right2);
                r3.AddScaled(left.D, right, right2);
                left = shared[at + TTile.Side + ty];
                r4.AddScaled(left.A, right, right2);
                r5.AddScaled(left.B, right, right2);
                r6.AddScaled(left.C, right, right2);
                r7.AddScaled(left.D, right, right2);
            }

            current = Panel - current;
            if (next >= end) continue;
            StorePanel(words, (4 * current) + toA, nextA, next + stepA < end);
            StorePanel(words, (4 * current) + toB, nextB, next + stepB < end);
        }

        int shift = slice * x.M * x.N;
        StoreHalf(shared, words, tx, ty, r0, r1, r2, r3, row, column, shift);
        StoreHalf(shared, words, tx, ty, r4, r5, r6, r7, row + (4 * TTile.Side), column, shift);
    }

    // What lies beyond K must not count. Known here and not where it is fetched: there it would wait for it.
    private static void StorePanel(ArrayView<float> words, int at, Float8 values, bool counts)
    {
        if (!counts) values = default;
        values.Store(words, at, TTile.Side);
    }

    // Half the tile fits the shared memory of the panels. From there neighbouring threads write neighbouring
    // columns, and the epilogue is in a loop, which over registers it could not be, and which compilers cannot
    // count and unroll.
    private void StoreHalf(
        ArrayView<Float4> shared,
        ArrayView<float> words,
        int tx,
        int ty,
        in Float8 r0,
        in Float8 r1,
        in Float8 r2,
        in Float8 r3,
        int row,
        int column,
        int shift)
    {
        const int rows = 4;
        int quads = 2 * TTile.Side, at = (rows * ty * quads) + tx;
        Group.Barrier();
        r0.StoreHalves(shared, at, TTile.Side);
        r1.StoreHalves(shared, at + quads, TTile.Side);
        r2.StoreHalves(shared, at + (2 * quads), TTile.Side);
        r3.StoreHalves(shared, at + (3 * quads), TTile.Side);
        Group.Barrier();
        int count = Math.Min(rows * TTile.Side, x.M - row) * Tile;
        for (int i = Group.IdxX; i < count; i += TTile.Side * TTile.Side)
        {
            int n = column + (i % Tile);
            if (n < x.N) output.Put(shift + ((row + (i / Tile)) * x.N) + n, n, words[i]);
        }
    }
}

/// <summary>One element of C from the slices of K, in their order: product [slices, M, N].</summary>
internal readonly struct FoldSlices(
    ArrayView<float> product, int slices, int m, int n, GemmOutput output) : IElementOp
{
    public void At(int index)
    {
        float sum = product[index];
        for (int slice = 1; slice < slices; slice++) sum += product[(slice * m * n) + index];
        output.Put(index, index % n, sum);
    }
}
