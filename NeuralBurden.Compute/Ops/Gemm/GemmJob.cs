using NeuralBurden.Compute.Cpu;
using NeuralBurden.Compute.Cpu.Kernels;
using NeuralBurden.Compute.Cpu.Simd;
using NeuralBurden.Compute.Ops.Gelu;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>A block of C = epilogue(op(A) op(B)), with A read in place and B packed.</summary>
internal unsafe struct GemmJob : ISimdJob
{
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
        // sum is applied after the last one, on the tile just written.
        float* target = Kind == EpilogueKind.BiasGelu ? Auxiliary : C;
        float* add = Accumulate ? C : Kind == EpilogueKind.BiasResidual ? Auxiliary : null;
        float* bias = Bias;
        for (int k0 = 0; k0 < Operands.K || k0 == 0; k0 += KBlock)
        {
            int k = Math.Min(KBlock, Operands.K - k0);
            bool finish = Kind is EpilogueKind.BiasGelu or EpilogueKind.GeluGradient && k0 + k == Operands.K;
            Block<S, V>(i0, i1, j0, j1, k0, k, Packed + (k0 * width), target, bias, add, finish);
            if (k == 0) break;
            bias = null;
            add = target;
        }
    }

    private readonly void Block<S, V>(
        int i0, int i1, int j0, int j1, int k0, int k, float* panels, float* target, float* bias, float* add, bool finish)
        where S : struct, ISimd<V>
        where V : struct
    {
        nint n = Operands.N, aRow = Operands.ARow, aStep = Operands.AStep;
        int tileRows = Tile.Rows<S, V>(), tileColumns = Tile.Columns<S, V>();
        for (int j = j0; j < j1; j += tileColumns)
        {
            int columns = Math.Min(tileColumns, j1 - j);
            float* panel = panels + ((nint)j * k), panelBias = bias == null ? null : bias + j;
            int step = Panels.Step<S, V>(columns);
            for (int i = i0; i < i1; i += tileRows)
            {
                int rows = Math.Min(tileRows, i1 - i);
                nint at = (i * n) + j;
                Tile.Run<S, V>(
                    rows, columns, i, k, Operands.A + (i * aRow) + (k0 * aStep), aRow, aStep, panel, step,
                    target + at, n, panelBias, add == null ? null : add + at);
                if (!finish) continue;
                if (Kind == EpilogueKind.BiasGelu) VectorGelu.Rows<S, V>(rows, columns, Auxiliary + at, C + at, n);
                else VectorGelu.GradientRows<S, V>(rows, columns, Auxiliary + at, C + at, n);
            }
        }
    }
}
