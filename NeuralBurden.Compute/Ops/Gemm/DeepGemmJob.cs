using System.Runtime.CompilerServices;
using NeuralBurden.Compute.Simd;
using NeuralBurden.Compute.Simd.Jobs;
using NeuralBurden.Compute.Simd.Tiles;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>
/// Rows of a partial product over one group of K blocks. A chunk of B is packed by each part into its worker's
/// memory; tiles of A are packed where A is stored [K, M] or in token tiles
/// shorter than a block, and read in place otherwise. A block is short, so that the
/// lines of the next one come into the second cache level while this one is multiplied: without that a weight gradient
/// waits for memory more than a quarter of its time.
/// </summary>
internal readonly unsafe struct DeepGemmJob(
    in GemmOperands operands,
    int kBlock,
    int kPerGroup,
    int rowsPerPart,
    int rowParts,
    float* partials,
    float* scratch,
    long scratchPerWorker,
    bool accumulate) : ISimdJob
{
    private readonly GemmOperands _operands = operands;
    private readonly int _kBlock = kBlock, _kPerGroup = kPerGroup, _rowsPerPart = rowsPerPart;
    private readonly int _rowParts = rowParts;

    /// <summary>[groups, M, N].</summary>
    private readonly float* _partials = partials;
    private readonly float* _scratch = scratch;
    private readonly long _scratchPerWorker = scratchPerWorker;
    private readonly bool _accumulate = accumulate;

    public void Run<S, V>(int part, int worker)
        where S : struct, ISimd<V>
        where V : struct
    {
        int group = part / _rowParts, i0 = part % _rowParts * _rowsPerPart, i1 = Math.Min(_operands.M, i0 + _rowsPerPart);
        int first = group * _kPerGroup, last = Math.Min(_operands.K, first + _kPerGroup);
        float* c = _partials + (group * (nint)_operands.M * _operands.N);
        float* panels = _scratch + (worker * _scratchPerWorker);
        float* tile = panels + Panels.Size(_kBlock, _operands.N, S.Count);
        nint stride = _operands.BStride;
        for (int k0 = first; k0 < last; k0 += _kBlock)
        {
            int k = Math.Min(_kBlock, last - k0), next = k0 + k;
            float* b = _operands.B + (_operands.TransposeB ? k0 : k0 * stride);
            Panels.Pack<S, V>(_operands.TransposeB, k, 0, _operands.N, b, stride, panels);
            var ahead = new LinePrefetch(FirstOfA(next), FirstOfA(Math.Min(_operands.K, next + _kBlock)));
            var aheadB = _operands.TransposeB
                ? default
                : new LinePrefetch(_operands.B + (next * stride), _operands.B + (Math.Min(_operands.K, next + _kBlock) * stride));
            Block<S, V>(i0, i1, k0, k, panels, tile, c, _accumulate || k0 > first ? c : null, ref ahead, ref aheadB);
        }
    }

    /// <summary>Where the memory of op(A)'s column k begins, if A is stored by columns.</summary>
    private float* FirstOfA(int k) =>
        _operands.ATile > 0 ? _operands.A + (k / _operands.ARow * _operands.ATile)
        : _operands.ARow == 1 ? _operands.A + (k * _operands.AStep)
        : _operands.A;

    private void Block<S, V>(
        int i0, int i1, int k0, int k, float* panels, float* tile, float* c, float* add,
        ref LinePrefetch ahead, ref LinePrefetch aheadB)
        where S : struct, ISimd<V>
        where V : struct
    {
        int tileRows = Tile.Rows<S, V>(), tileColumns = Tile.Columns<S, V>(), n = _operands.N;
        bool pack = _operands.ARow == 1 && _operands.AStep > 1;
        int tiles = (i1 - i0 + tileRows - 1) / tileRows * ((n + tileColumns - 1) / tileColumns);
        int lines = ahead.Share(tiles), linesB = aheadB.Share(tiles);
        for (int i = i0; i < i1; i += tileRows)
        {
            int rows = Math.Min(tileRows, i1 - i), before = i;
            float* a = _operands.A + (i * _operands.ARow) + (k0 * _operands.AStep);
            nint aRow = _operands.ARow, aStep = _operands.AStep;
            if (_operands.ATile > 0 && aRow == _kBlock)
            {
                a = FirstOfA(k0) + (i * aRow);
            }
            else if (_operands.ATile > 0)
            {
                before = Math.Min(i, tileRows - rows);
                GatherRows<S, V>(before + rows, k, k0, i - before, tile);
                a = tile + (before * _kBlock);
                aRow = _kBlock;
            }
            else if (pack)
            {
                // A last tile with too few rows takes those above along, as Tile.Run may read them.
                before = Math.Min(i, tileRows - rows);
                PackRows<S, V>(before + rows, k, a - before, aStep, tile);
                a = tile + before;
                (aRow, aStep) = (1, PackedStep<S, V>());
            }

            for (int j = 0; j < n; j += tileColumns)
            {
                int columns = Math.Min(tileColumns, n - j);
                nint at = ((nint)i * n) + j;
                ahead.Fetch(lines);
                aheadB.Fetch(linesB);
                Tile.Run<S, V>(
                    rows, columns, before, k, a, aRow, aStep, panels + ((nint)j * k), Panels.Step<S, V>(columns),
                    c + at, n, null, add == null ? null : add + at);
            }
        }
    }

    /// <summary>
    /// target[p * step + i] = source[p * stride + i] for a tile's rows i. A step is a whole vector or two, so that no
    /// store crosses a cache line.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void PackRows<S, V>(int rows, int k, float* source, nint stride, float* target)
        where S : struct, ISimd<V>
        where V : struct
    {
        int step = PackedStep<S, V>();
        if (rows < Tile.Rows<S, V>())
        {
            for (int p = 0; p < k; p++, source += stride, target += step)
            {
                S.Store(S.LoadPartial(source, rows), target);
                if (S.Count < 6) S.Store(S.LoadPartial(source + S.Count, Math.Max(0, rows - S.Count)), target + S.Count);
            }

            return;
        }

        // Lanes past the tile are read and not used; buffers have room behind their last element.
        for (int p = 0; p < k; p++, source += stride, target += step)
        {
            S.Store(S.Load(source), target);
            if (S.Count < 6) S.Store(S.Load(source + S.Count), target + S.Count);
        }
    }

    /// <summary>target[i * KBlock + p] = op(A)[first + i, k0 + p]; k0 is a multiple of a token tile.</summary>
    private void GatherRows<S, V>(int rows, int k, int k0, int first, float* target)
        where S : struct, ISimd<V>
        where V : struct
    {
        int tokens = (int)_operands.ARow;
        float* source = _operands.A + (k0 / tokens * _operands.ATile) + (first * _operands.ARow);
        for (int p = 0; p < k; p += tokens, source += _operands.ATile)
        {
            // A tile is whole vectors, also the last one.
            for (int i = 0; i < rows; i++)
            {
                float* from = source + (i * _operands.ARow), to = target + ((nint)i * _kBlock) + p;
                for (int t = 0; t < tokens; t += S.Count) S.Store(S.Load(from + t), to + t);
            }
        }
    }

    private static int PackedStep<S, V>()
        where S : struct, ISimd<V>
        where V : struct => Math.Max(8, S.Count);
}
