using NeuralBurden.Compute.Ops.GateSums;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="GateSumsArguments"/>
    public void GateSums(in GateSumsArguments args)
    {
        if (args.Check(new(this, nameof(GateSums)))) GateSumsCore(args);
    }

    protected abstract void GateSumsCore(in GateSumsArguments args);
}
