using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;
using static NeuralBurden.Compute.Simd.Jobs.CpuBuffer;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>A block of C = epilogue(op(A) op(B)), with A read in place and B packed.</summary>
internal readonly unsafe struct GemmJob(
    in GemmArguments args,
    in GemmOperands operands,
    float* packed,
    int kBlock,
    int rowsPerPart,
    int rowParts,
    int columnsPerPart) : ISimdJob
{
    /// <summary>Up to so many rows, A stays at hand and panels pass it once; with more, panels stay and A passes.</summary>
    public const int FewRows = 96;

    // Panels of B that one tile of A meets in turn, small enough to stay in the second cache level.
    private const int ChunkFloats = 1 << 16;

    // Up to so many summands a panel and rows of A fit into the first cache level together.
    private const int Deepest = 256;

    private readonly GemmOperands _operands = operands;
    private readonly float* _packed = packed;
    private readonly int _kBlock = kBlock, _rowsPerPart = rowsPerPart, _rowParts = rowParts;
    private readonly int _columnsPerPart = columnsPerPart;
    private readonly float* _c = F(args.C);
    private readonly EpilogueKind _kind = args.Epilogue.Kind;
    private readonly float* _bias = F(args.Epilogue.Bias), _auxiliary = F(args.Epilogue.Auxiliary);
    private readonly bool _accumulate = args.Accumulate;

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int i0 = part % _rowParts * _rowsPerPart, i1 = Math.Min(_operands.M, i0 + _rowsPerPart);
        int j0 = part / _rowParts * _columnsPerPart, j1 = Math.Min(_operands.N, j0 + _columnsPerPart);
        nint width = (nint)Panels.Size(1, _operands.N, S.Count);

        // What is added to the product enters with the first K block, which may then overwrite it; a function of the
        // sum is applied in the last one.
        float* add = _accumulate ? _c : _kind == EpilogueKind.BiasResidual ? _auxiliary : null;
        float* bias = _bias;
        for (int k0 = 0; k0 < _operands.K || k0 == 0; k0 += _kBlock)
        {
            int k = Math.Min(_kBlock, _operands.K - k0);
            bool finish = _kind is EpilogueKind.BiasGelu or EpilogueKind.GeluGradient && k0 + k == _operands.K;
            float* panels = _packed + (k0 * width);
            int chunk = Math.Max(1, ChunkFloats / Math.Max(1, k * Tile.Columns<S, V>())) * Tile.Columns<S, V>();
            for (int j = j0; j < j1; j += chunk)
                Block<S, V>(i0, i1, j, Math.Min(j1, j + chunk), k0, k, panels, bias, add, finish);
            if (k == 0) break;
            bias = null;
            add = _c;
        }
    }

    [SkipLocalsInit]
    private void Block<S, V>(
        int i0, int i1, int j0, int j1, int k0, int k, float* panels, float* bias, float* add, bool finish)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint n = _operands.N, aRow = _operands.ARow, aStep = _operands.AStep;
        int tileRows = Tile.Rows<S, V>(), tileColumns = Tile.Columns<S, V>();
        float* tile = stackalloc float[Tile.LargestTile];

        // Short rows of A are asked for a tile ahead. Longer ones would crowd out the panels on their way.
        bool fetch = aStep == 1 && aRow == k && k <= Deepest;
        bool few = _operands.M <= FewRows && k <= Deepest;
        int panelCount = (j1 - j0 + tileColumns - 1) / tileColumns, tileCount = (i1 - i0 + tileRows - 1) / tileRows;
        int outer = few ? panelCount : tileCount, inner = few ? tileCount : panelCount;
        for (int o = 0; o < outer; o++)
        {
            LinePrefetch ahead = default;
            if (few)
            {
                int next = j0 + ((o + 1) * tileColumns);
                ahead = new(PanelAt(panels, next, k), PanelAt(panels, next + tileColumns, k));
            }
            else if (fetch)
            {
                int next = i0 + ((o + 1) * tileRows);
                ahead = new(RowOfA(next), RowOfA(next + tileRows));
            }

            int lines = ahead.Share(inner);
            for (int q = 0; q < inner; q++)
            {
                int i = i0 + ((few ? q : o) * tileRows), j = j0 + ((few ? o : q) * tileColumns);
                int rows = Math.Min(tileRows, i1 - i);
                float* a = _operands.A + (i * aRow) + (k0 * aStep);
                int columns = Math.Min(tileColumns, j1 - j), step = Panels.Step<S, V>(columns);
                float* panel = panels + ((nint)j * k), panelBias = bias == null ? null : bias + j;
                nint at = (i * n) + j;
                float* sum = add == null ? null : add + at;
                ahead.Fetch(lines);
                if (!finish)
                {
                    Tile.Run<S, V>(rows, columns, i, k, a, aRow, aStep, panel, step, _c + at, n, panelBias, sum);
                    continue;
                }

                if (_kind == EpilogueKind.GeluGradient)
                {
                    for (int r = 0; r < rows; r++)
                    {
                        float* z = _auxiliary + at + (r * n);
                        Prefetch.Line(z);
                        Prefetch.Line(z + Prefetch.LineFloats);
                    }
                }

                Tile.Run<S, V>(rows, columns, i, k, a, aRow, aStep, panel, step, tile, tileColumns, panelBias, null);
                if (_kind == EpilogueKind.BiasGelu)
                    GemmFinish.Gelu<S, V>(rows, columns, tile, tileColumns, sum, _auxiliary + at, _c + at, n);
                else
                    GemmFinish.GeluGradient<S, V>(rows, columns, tile, tileColumns, sum, _auxiliary + at, _c + at, n);
            }
        }
    }

    private float* RowOfA(int i) => _operands.A + (Math.Min(i, _operands.M) * _operands.ARow);

    private float* PanelAt(float* panels, int j, int k) => panels + ((nint)Math.Min(j, _operands.N) * k);
}
