using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>A block of C = epilogue(op(A) op(B)), with A read in place and B packed.</summary>
internal unsafe struct GemmJob : ISimdJob
{
    // Panels of B that one tile of A meets in turn, small enough to stay in the second cache level.
    private const int ChunkFloats = 1 << 16;

    private const int DeepestFetch = 256;

    public GemmOperands Operands;
    public float* Packed;
    public int KBlock;
    public int RowsPerPart;
    public int RowParts;
    public int ColumnsPerPart;
    public float* C;
    public EpilogueKind Kind;
    public float* Bias;
    public float* Auxiliary;
    public bool Accumulate;

    public readonly void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int i0 = part % RowParts * RowsPerPart, i1 = Math.Min(Operands.M, i0 + RowsPerPart);
        int j0 = part / RowParts * ColumnsPerPart, j1 = Math.Min(Operands.N, j0 + ColumnsPerPart);
        nint width = (nint)Panels.Size(1, Operands.N, S.Count);

        // What is added to the product enters with the first K block, which may then overwrite it; a function of the
        // sum is applied in the last one.
        float* add = Accumulate ? C : Kind == EpilogueKind.BiasResidual ? Auxiliary : null;
        float* bias = Bias;
        for (int k0 = 0; k0 < Operands.K || k0 == 0; k0 += KBlock)
        {
            int k = Math.Min(KBlock, Operands.K - k0);
            bool finish = Kind is EpilogueKind.BiasGelu or EpilogueKind.GeluGradient && k0 + k == Operands.K;
            float* panels = Packed + (k0 * width);
            int chunk = Math.Max(1, ChunkFloats / Math.Max(1, k * Tile.Columns<S, V>())) * Tile.Columns<S, V>();
            for (int j = j0; j < j1; j += chunk)
                Block<S, V>(i0, i1, j, Math.Min(j1, j + chunk), k0, k, panels, bias, add, finish);
            if (k == 0) break;
            bias = null;
            add = C;
        }
    }

    [SkipLocalsInit]
    private readonly void Block<S, V>(
        int i0, int i1, int j0, int j1, int k0, int k, float* panels, float* bias, float* add, bool finish)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint n = Operands.N, aRow = Operands.ARow, aStep = Operands.AStep;
        int tileRows = Tile.Rows<S, V>(), tileColumns = Tile.Columns<S, V>();
        float* tile = stackalloc float[Tile.LargestTile];

        // Short rows of A are asked for a tile ahead. Longer ones would crowd out the panels on their way.
        bool fetch = aStep == 1 && aRow == k && k <= DeepestFetch;
        int panelCount = (j1 - j0 + tileColumns - 1) / tileColumns;
        for (int i = i0; i < i1; i += tileRows)
        {
            int rows = Math.Min(tileRows, i1 - i);
            float* a = Operands.A + (i * aRow) + (k0 * aStep);
            LinePrefetch ahead = fetch ? new(RowOfA(i + tileRows), RowOfA(i + (2 * tileRows))) : default;
            int lines = ahead.Share(panelCount);
            for (int j = j0; j < j1; j += tileColumns)
            {
                int columns = Math.Min(tileColumns, j1 - j), step = Panels.Step<S, V>(columns);
                float* panel = panels + ((nint)j * k), panelBias = bias == null ? null : bias + j;
                nint at = (i * n) + j;
                float* sum = add == null ? null : add + at;
                ahead.Fetch(lines);
                if (!finish)
                {
                    Tile.Run<S, V>(rows, columns, i, k, a, aRow, aStep, panel, step, C + at, n, panelBias, sum);
                    continue;
                }

                if (Kind == EpilogueKind.GeluGradient)
                {
                    for (int r = 0; r < rows; r++)
                    {
                        float* z = Auxiliary + at + (r * n);
                        Prefetch.Line(z);
                        Prefetch.Line(z + Prefetch.LineFloats);
                    }
                }

                Tile.Run<S, V>(rows, columns, i, k, a, aRow, aStep, panel, step, tile, tileColumns, panelBias, null);
                if (Kind == EpilogueKind.BiasGelu)
                    GemmFinish.Gelu<S, V>(rows, columns, tile, tileColumns, sum, Auxiliary + at, C + at, n);
                else
                    GemmFinish.GeluGradient<S, V>(rows, columns, tile, tileColumns, sum, Auxiliary + at, C + at, n);
            }
        }
    }

    private readonly float* RowOfA(int i) => Operands.A + (Math.Min(i, Operands.M) * Operands.ARow);
}
