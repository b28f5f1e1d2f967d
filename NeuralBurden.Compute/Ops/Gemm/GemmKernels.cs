using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>
/// op(A) [M, K] and op(B) [K, N] as strided views: element (m, k) of op(A) lies at m aRow + k aStep. One of the two
/// strides of either is 1.
/// </summary>
internal struct GemmInputs
{
    public ArrayView<float> A, B;

    /// <summary>Of a sparse B: whether a panel has a kept weight [tiles of columns, panels of K].</summary>
    public ArrayView<int> Kept;

    public int M, N, K, ARow, AStep, BStep, BColumn;

    /// <summary>Panels of K in <see cref="Kept"/>; 0 where all are multiplied.</summary>
    public int KeptPanels;
}

/// <summary>
/// What a thread brings of one operand's panels, which are Depth steps of k by 8 Side rows (for B: columns): two quads
/// along the dimension in which the operand lies in memory. Neighbouring threads fetch neighbouring quads.
/// </summary>
internal struct GemmPart<TTile, TAccess>
    where TTile : struct, ITile
    where TAccess : struct, IAccess
{
    private int _alongK, _stepPitch, _firstRow, _secondRow, _firstInside, _secondInside;
    private int _firstStep, _secondStep, _firstAt, _secondAt;

    /// <summary>In quads: a multiple of four words, and not of all banks.</summary>
    public static int Pitch => GemmPanels<TTile, EveryPanel>.Pitch;

    /// <summary>The part of thread t in panels from <paramref name="row"/> on, of <paramref name="rows"/>.</summary>
    public static GemmPart<TTile, TAccess> Of(int t, int row, int rows, int rowPitch, int stepPitch)
    {
        int perRow = TTile.Side / 4, perStep = 2 * TTile.Side;
        bool along = stepPitch == 1;
        int inRow = along ? t / perRow : 4 * (t % perStep), step = along ? 4 * (t % perRow) : t / perStep;
        int inSecond = along ? inRow + (4 * TTile.Side) : inRow, second = along ? step : step + (TTile.Side / 2);

        // What lies beyond the last row is read from the last and never written to C.
        int last = rows - (along ? 1 : TAccess.Width);
        int from = Math.Min(row + inRow, last), secondFrom = Math.Min(row + inSecond, last);
        return new GemmPart<TTile, TAccess>
        {
            _alongK = along ? 1 : 0,
            _stepPitch = stepPitch,
            _firstRow = from * rowPitch,
            _secondRow = secondFrom * rowPitch,
            _firstInside = rows - from,
            _secondInside = rows - secondFrom,
            _firstStep = step,
            _secondStep = second,
            _firstAt = (4 * Pitch * step) + inRow,
            _secondAt = (4 * Pitch * second) + inSecond,
        };
    }

    /// <summary>No branches, so that all loads are under way at once.</summary>
    public readonly Float4 First(ArrayView<float> source, int step, int end) =>
        Fetch(source, _firstRow, _firstInside, step + _firstStep, end);

    public readonly Float4 Second(ArrayView<float> source, int step, int end) =>
        Fetch(source, _secondRow, _secondInside, step + _secondStep, end);

    /// <summary>Both quads into the panel at quad <paramref name="panel"/> of shared memory.</summary>
    public readonly void Store(
        ArrayView<Float4> shared, int panel, in Float4 first, in Float4 second, int step, int end)
    {
        Store(shared, (4 * panel) + _firstAt, first, end - step - _firstStep);
        Store(shared, (4 * panel) + _secondAt, second, end - step - _secondStep);
    }

    private readonly Float4 Fetch(ArrayView<float> source, int row, int inside, int step, int end)
    {
        int at = Math.Min(step, end - (_alongK != 0 ? TAccess.Width : 1));
        return TAccess.Load(source, row + (at * _stepPitch), _alongK != 0 ? end - at : inside);
    }

    // What lies beyond K must not count. Known here and not where it is fetched: there it would wait for it.
    private readonly void Store(ArrayView<Float4> shared, int at, in Float4 quad, int inside)
    {
        if (_alongK != 0)
        {
            var words = shared.Cast<float>().SubView(at);
            var values = TAccess.Keep(quad, inside);
            words[0] = values.A;
            words[4 * Pitch] = values.B;
            words[8 * Pitch] = values.C;
            words[12 * Pitch] = values.D;
        }
        else
        {
            shared[at >> 2] = Quads.Keep(quad, inside);
        }
    }
}

/// <summary>What becomes of the product; see <see cref="GemmEpilogue"/>.</summary>
internal struct GemmOutput
{
    public const int Accumulate = -1;

    public ArrayView<float> C, Bias, Auxiliary, RowSums;

    /// <summary>An <see cref="EpilogueKind"/>, or <see cref="Accumulate"/>.</summary>
    public int Kind;

    /// <summary>Not 0: RowSums [M] takes the sums of op(A)'s rows, the bias gradient beside a weight gradient.</summary>
    public int Sums;

    /// <summary>Four elements of a row, the first <paramref name="inside"/> of them within C.</summary>
    public readonly void Put<TAccess>(int index, int column, Float4 values, int inside)
        where TAccess : struct, IAccess
    {
        switch (Kind)
        {
            case Accumulate:
                values.Add(TAccess.Load(C, index, inside));
                break;
            case (int)EpilogueKind.Bias:
                values.Add(TAccess.Load(Bias, column, inside));
                break;
            case (int)EpilogueKind.BiasGelu:
                values.Add(TAccess.Load(Bias, column, inside));
                TAccess.Store(Auxiliary, index, values, inside);
                values = Normal.Gelu(values);
                break;
            case (int)EpilogueKind.BiasResidual:
                values.Add(TAccess.Load(Bias, column, inside));
                values.Add(TAccess.Load(Auxiliary, index, inside));
                break;
            case (int)EpilogueKind.GeluGradient:
                values.Multiply(Normal.GeluDerivative(TAccess.Load(Auxiliary, index, inside)));
                break;
        }

        TAccess.Store(C, index, values, inside);
    }
}

/// <summary>
/// A tile of 8 Side x 8 Side elements of C by Side x Side threads (see <see cref="Block8x8"/>). Panels of A and B, Side
/// deep, are double-buffered in shared memory, with one barrier per pair: a thread fetches its four quads of the next
/// pair into registers, multiplies this pair, and only then stores what it fetched, so that the products hide the wait
/// for memory. Groups beyond the tiles of C do later slices of K, each into its own part of C (see <see
/// cref="FoldSlices{TAccess}"/>).
/// </summary>
internal readonly struct GemmTile<TTile, TAccess, TPanels>(int sliceDepth, GemmInputs x, GemmOutput output) : IKernel
    where TTile : struct, ITile
    where TAccess : struct, IAccess
    where TPanels : struct, IPanels
{
    private static int Tile => GemmPanels<TTile, TPanels>.Tile;

    private static int Pitch => GemmPanels<TTile, TPanels>.Pitch;

    private static int Panel => GemmPanels<TTile, TPanels>.Panel;

    public void Execute()
    {
        var shared = GroupMemory.Allocate<Float4>(4 * TTile.Side * ((2 * TTile.Side) + 1));
        int t = Group.IdxX, tx = t % TTile.Side, ty = t / TTile.Side;

        // Blocks of 8 x 4 threads: a warp then reads the fewest different words.
        if (TTile.Side == 16) (tx, ty) = ((t % 8) + (t / 32 % 2 * 8), (t / 8 % 4) + (t / 64 * 4));
        int tileColumns = (x.N + Tile - 1) / Tile, tiles = tileColumns * ((x.M + Tile - 1) / Tile);
        int slice = Grid.IdxX / tiles, tile = Grid.IdxX - (slice * tiles), tileRow = tile / tileColumns;
        int row = tileRow * Tile, column = (tile - (tileRow * tileColumns)) * Tile;
        int start = slice * sliceDepth, end = Math.Min(start + sliceDepth, x.K);
        var partA = GemmPart<TTile, TAccess>.Of(t, row, x.M, x.ARow, x.AStep);
        var partB = GemmPart<TTile, TAccess>.Of(t, column, x.N, x.BColumn, x.BStep);
        Block8x8 product = default;

        // Of row t of the tile, and of row t + Side^2 where there are fewer threads than rows; one tile of each row sums.
        // The same for all threads of a group: where there are more than rows, two do the same.
        bool sums = TPanels.Sums && column == 0;
        float rowSum = 0, rowSum2 = 0;
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

            if (sums) GemmPanels<TTile, TPanels>.AddRow(shared, current, t, ref rowSum, ref rowSum2);

            // Four steps of k at a time: a place in shared memory is then a register and a constant.
            for (int k = 0; k < Panel; k += 4 * Pitch)
            {
                var rows = shared.SubView(current + ty + k);
                var columns = shared.SubView(current + (2 * Panel) + tx + k);
                product.AddStep(rows, columns, 0, TTile.Side);
                product.AddStep(rows, columns, Pitch, TTile.Side);
                product.AddStep(rows, columns, 2 * Pitch, TTile.Side);
                product.AddStep(rows, columns, 3 * Pitch, TTile.Side);
            }

            current = Panel - current;
            step = next;
            if (next >= end) continue;
            partA.Store(shared, current, a, a2, next, end);
            partB.Store(shared, current + (2 * Panel), b, b2, next, end);
        }

        if (sums) GemmPanels<TTile, TPanels>.StoreSums(output.RowSums, slice, row, x.M, t, rowSum, rowSum2);
        int shift = slice * x.M * x.N;
        StoreHalf(shared, tx, ty, product.R0, product.R1, product.R2, product.R3, row, column, shift);
        row += 4 * TTile.Side;
        StoreHalf(shared, tx, ty, product.R4, product.R5, product.R6, product.R7, row, column, shift);
    }

    // Half the tile fits the shared memory of the panels. From there neighbouring threads write neighbouring
    // columns, and the epilogue is in a loop, which over registers it could not be, and which compilers cannot
    // count and unroll.
    private void StoreHalf(
        ArrayView<Float4> shared,
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
        int quads = 2 * TTile.Side, at = (4 * ty * quads) + tx, t = Group.IdxX;
        Group.Barrier();
        r0.StoreHalves(shared, at, TTile.Side);
        r1.StoreHalves(shared, at + quads, TTile.Side);
        r2.StoreHalves(shared, at + (2 * quads), TTile.Side);
        r3.StoreHalves(shared, at + (3 * quads), TTile.Side);
        Group.Barrier();
        int n = column + (4 * (t % quads)), first = t / quads;
        int rows = n < x.N ? Math.Min(4 * TTile.Side, x.M - row) : 0;
        int index = shift + ((row + first) * x.N) + n;
        for (int i = t; first < rows; first += TTile.Side / 2)
        {
            output.Put<TAccess>(index, n, shared[i], x.N - n);
            index += TTile.Side / 2 * x.N;
            i += TTile.Side * TTile.Side;
        }
    }
}

/// <summary>
/// Four elements of a row of C from the slices of K, in their order: product [slices, M, N], <c>quads</c> = ceil(N / 4).
/// Where sums of rows are asked for, their slices [slices, M] follow in the same memory.
/// </summary>
internal readonly struct FoldSlices<TAccess>(
    ArrayView<float> product, int slices, int quads, int m, int n, GemmOutput output) : IElementOp
    where TAccess : struct, IAccess
{
    public void At(int index)
    {
        int row = index / quads, column = 4 * (index - (row * quads)), inside = n - column;
        int at = (row * n) + column;
        var sum = TAccess.Load(product, at, inside);
        int slice = 1, from = at + (m * n);

        // Four loads under way at once.
        for (; slice + 3 < slices; slice += 4, from += 4 * m * n)
        {
            Float4 a = TAccess.Load(product, from, inside), b = TAccess.Load(product, from + (m * n), inside);
            Float4 c = TAccess.Load(product, from + (2 * m * n), inside), d = TAccess.Load(product, from + (3 * m * n), inside);
            a.Add(b);
            c.Add(d);
            a.Add(c);
            sum.Add(a);
        }

        for (; slice < slices; slice++, from += m * n) sum.Add(TAccess.Load(product, from, inside));
        output.Put<TAccess>(at, column, sum, inside);
        if (output.Sums == 0 || column > 0) return;
        float rowSum = 0;
        from = (slices * m * n) + row;
        for (slice = 0; slice + 3 < slices; slice += 4, from += 4 * m)
            rowSum += product[from] + product[from + m] + (product[from + (2 * m)] + product[from + (3 * m)]);
        for (; slice < slices; slice++, from += m) rowSum += product[from];
        output.RowSums[row] = rowSum;
    }
}
