using NeuralBurden.Compute.Ops.Sgd;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="SgdArguments"/>
    public void Sgd(in SgdArguments args)
    {
        if (args.Check(new(this, nameof(Sgd)))) SgdCore(args);
    }

    protected abstract void SgdCore(in SgdArguments args);
}
