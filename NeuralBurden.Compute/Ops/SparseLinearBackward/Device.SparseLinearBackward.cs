using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.SparseLinearBackward;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="SparseLinearBackwardArguments"/>
    public void SparseLinearBackward(in SparseLinearBackwardArguments args)
    {
        if (args.Check(new(this, nameof(SparseLinearBackward)))) SparseLinearBackwardCore(args);
    }

    protected virtual void SparseLinearBackwardCore(in SparseLinearBackwardArguments args)
    {
        if (!args.Sampled)
        {
            LinearGradient(new(args.Dy, args.X, args.Dw, args.Dbias));
        }
        else
        {
            SparseWeightGradient(new(args.Dy, args.X, args.W, args.Dw));
            ColumnSum(new(args.Dy, args.Dbias));
        }

        SparseGemm(new(GemmForm.NN, args.Dy, args.W, args.Dx));
    }
}
