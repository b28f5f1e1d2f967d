using ILGPU;
using NeuralBurden.Compute.Ilgpu.Kernels;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>
/// op(A) [M, K] and op(B) [K, N] as strided views: element (m, k) of op(A) lies at m aRow + k aStep.
/// </summary>
internal struct GemmInputs
{
    public ArrayView<float> A, B;
    public int M, N, K, ARow, AStep, BStep, BColumn;

    public readonly float AAt(int row, int step, int end) =>
        row < M && step < end ? A[(row * ARow) + (step * AStep)] : 0;

    public readonly float BAt(int step, int column, int end) =>
        column < N && step < end ? B[(step * BStep) + (column * BColumn)] : 0;
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
/// A tile of 8 Side x 8 Side elements of C by Side x Side threads, each with 8 x 8 accumulators in registers.
/// Panels of A and B, 16 deep, are double-buffered in shared memory: the next pair loads while this one is
/// used, with one barrier per pair. A thread's rows and columns are Side apart, which makes its neighbours
/// read neighbouring words. Groups beyond the tiles of C do later slices of K, each into its own part of C
/// (see <see cref="FoldSlices"/>).
/// </summary>
internal readonly struct GemmTile<TTile>(int sliceDepth, GemmInputs x, GemmOutput output) : IKernel
    where TTile : struct, ITile
{
    private const int Depth = 16;

    private static int Tile => 8 * TTile.Side;

    // Odd, so that a column of a panel is spread over the banks.
    private static int Pitch => Tile + 1;

    public void Execute()
    {
        var a = SharedMemory.Allocate<float>(2 * Depth * Pitch);
        var b = SharedMemory.Allocate<float>(2 * Depth * Pitch);
        int tx = Group.IdxX % TTile.Side, ty = Group.IdxX / TTile.Side;
        int tileColumns = (x.N + Tile - 1) / Tile, tiles = tileColumns * ((x.M + Tile - 1) / Tile);
        int slice = Grid.IdxX / tiles, tile = Grid.IdxX % tiles;
        int row = tile / tileColumns * Tile, column = tile % tileColumns * Tile;
        int start = slice * sliceDepth, end = start + sliceDepth < x.K ? start + sliceDepth : x.K;
        Float8 r0 = default, r1 = default, r2 = default, r3 = default;
        Float8 r4 = default, r5 = default, r6 = default, r7 = default;
        int current = 0;
        LoadPanels(a, b, 0, row, column, start, end);
        for (int step = start; step < end; step += Depth)
        {
            Group.Barrier();
            if (step + Depth < end) LoadPanels(a, b, Depth * Pitch - current, row, column, step + Depth, end);
            for (int k = 0; k < Depth; k++)
            {
                int at = current + (k * Pitch);
                var values = Float8.Load(b, at + tx, TTile.Side);
                r0.AddScaled(a[at + ty], values);
                r1.AddScaled(a[at + ty + TTile.Side], values);
                r2.AddScaled(a[at + ty + (2 * TTile.Side)], values);
                r3.AddScaled(a[at + ty + (3 * TTile.Side)], values);
                r4.AddScaled(a[at + ty + (4 * TTile.Side)], values);
                r5.AddScaled(a[at + ty + (5 * TTile.Side)], values);
                r6.AddScaled(a[at + ty + (6 * TTile.Side)], values);
                r7.AddScaled(a[at + ty + (7 * TTile.Side)], values);
            }

            current = (Depth * Pitch) - current;
        }

        Group.Barrier();
        row += ty;
        column += tx;
        int shift = slice * x.M * x.N;
        StoreRow(a, r0, row, column, shift);
        StoreRow(a, r1, row + TTile.Side, column, shift);
        StoreRow(a, r2, row + (2 * TTile.Side), column, shift);
        StoreRow(a, r3, row + (3 * TTile.Side), column, shift);
        StoreRow(a, r4, row + (4 * TTile.Side), column, shift);
        StoreRow(a, r5, row + (5 * TTile.Side), column, shift);
        StoreRow(a, r6, row + (6 * TTile.Side), column, shift);
        StoreRow(a, r7, row + (7 * TTile.Side), column, shift);
    }

    // Neighbouring threads read neighbouring memory: along the rows of A where it is stored transposed, else
    // along k.
    private void LoadPanels(
        ArrayView<float> a, ArrayView<float> b, int to, int row, int column, int step, int end)
    {
        for (int i = Group.IdxX; i < Depth * Tile; i += TTile.Side * TTile.Side)
        {
            int along = i % Tile, k = i / Tile;
            if (x.ARow != 1) (along, k) = (i / Depth, i % Depth);
            a[to + (k * Pitch) + along] = x.AAt(row + along, step + k, end);
            (along, k) = (i % Tile, i / Tile);
            if (x.BColumn != 1) (along, k) = (i / Depth, i % Depth);
            b[to + (k * Pitch) + along] = x.BAt(step + k, column + along, end);
        }
    }

    // A loop over registers is not possible; over the thread's own words of shared memory it is, and so the
    // epilogue is compiled 8 times and not 64, as long as the compiler cannot count the loop and unroll it.
    private void StoreRow(ArrayView<float> stage, in Float8 values, int row, int column, int shift)
    {
        int t = Group.IdxX, threads = TTile.Side * TTile.Side;
        values.Store(stage, t, threads);
        if (row >= x.M) return;
        int end = column + Tile < x.N ? column + Tile : x.N;
        for (int at = column; at < end; at += TTile.Side, t += threads)
            output.Put(shift + (row * x.N) + at, at, stage[t]);
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
