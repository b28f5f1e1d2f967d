using NeuralBurden.Compute.Ops.PaddingBias;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="PaddingBiasArguments"/>
    public void PaddingBias(in PaddingBiasArguments args)
    {
        if (args.Check(new(this, nameof(PaddingBias)))) PaddingBiasCore(args);
    }

    protected abstract void PaddingBiasCore(in PaddingBiasArguments args);
}
