using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseWeightGradient;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="SparseWeightGradientArguments"/>
    public void SparseWeightGradient(in SparseWeightGradientArguments args)
    {
        if (args.Check(new(this, nameof(SparseWeightGradient)))) SparseWeightGradientCore(args);
    }

    protected virtual void SparseWeightGradientCore(in SparseWeightGradientArguments args)
    {
        Gemm(new(GemmForm.TN, args.Dy, args.X, args.Dw));
        ApplyMask(new(args.Dw, args.W.Bits, args.Dw));
    }
}
