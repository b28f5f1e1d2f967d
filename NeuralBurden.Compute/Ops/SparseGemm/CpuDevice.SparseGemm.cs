using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseGemm;
using NeuralBurden.Compute.Simd.Tiles;
using NeuralBurden.Compute.Sparse;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    public override bool SupportsSparse => true;

    internal override OrderShape? Order => SparseTile.Order(VectorBits);

    protected override void SparseGemmCore(in SparseGemmArguments args)
    {
        int m = args.M;
        var operand = Operand(args.Form == GemmForm.NT ? args.W.ByRows! : args.W.ByColumns!);
        int tokens = TokenTile.Tokens(VectorBits);
        long scratch = SparseGemmJob.ScratchFloats(operand, tokens);
        Parallel(
            new SparseGemmJob(args, operand, Shared(scratch * _pool.Workers), scratch),
            PartsOf(m, tokens));
    }

    private static SparseOperand Operand(SparseOrder order) => new()
    {
        Outputs = order.Outputs,
        Bundles = order.Bundles,
        Slots = order.Slots,
        Lanes = order.Lanes,
        SharesInputs = order.SharesInputs,
        Chunks = order.Chunks,
        Start = I(order.Start),
        OutputOf = I(order.OutputOf),
        Index = I(order.Index),
        Position = I(order.Position),
        Values = F(order.Values),
    };
}
