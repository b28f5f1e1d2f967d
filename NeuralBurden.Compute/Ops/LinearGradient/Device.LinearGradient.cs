using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Ops.LinearGradient;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="LinearGradientArguments"/>
    public void LinearGradient(in LinearGradientArguments args)
    {
        if (args.Check(new(this, nameof(LinearGradient)))) LinearGradientCore(args);
    }

    /// <summary>Two ops where a device has nothing better.</summary>
    protected virtual void LinearGradientCore(in LinearGradientArguments args)
    {
        Gemm(new(GemmForm.TN, args.Dy, args.X, args.Dw));
        ColumnSum(new(args.Dy, args.Db));
    }
}
