using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseGemm;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    public override bool SupportsSparse => true;

    protected override void SparseGemmCore(
        GemmForm form, int m, in Tensor x, SparseMatrix w, in Tensor y, in GemmEpilogue epilogue)
    {
        var operand = Operand(form == GemmForm.NT ? w.ByRows! : w.ByColumns!);
        int tokens = TokenTile.Tokens(VectorBits);
        long scratch = SparseGemmJob.ScratchFloats(operand, tokens);
        Parallel(
            new SparseGemmJob
            {
                M = m,
                W = operand,
                X = F(x),
                C = F(y),
                Kind = epilogue.Kind,
                Bias = F(epilogue.Bias),
                Auxiliary = F(epilogue.Auxiliary),
                Scratch = Shared(scratch * _pool.Workers),
                ScratchPerWorker = scratch,
            },
            PartsOf(m, tokens));
    }

    private static SparseOperand Operand(SparseOrder order) => new()
    {
        Outputs = order.Outputs,
        Bundles = order.Bundles,
        Slots = order.Slots,
        SharesInputs = order.SharesInputs,
        Chunks = order.Chunks,
        Start = I(order.Start),
        OutputOf = I(order.OutputOf),
        Index = I(order.Index),
        Position = I(order.Position),
        Values = F(order.Values),
    };
}
