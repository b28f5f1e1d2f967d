using NeuralBurden.Compute.Ops.Gemm;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="GemmArguments"/>
    public void Gemm(in GemmArguments args)
    {
        if (args.Check(new(this, nameof(Gemm)))) GemmCore(args);
    }

    protected abstract void GemmCore(in GemmArguments args);
}
