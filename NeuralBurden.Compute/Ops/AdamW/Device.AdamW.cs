using NeuralBurden.Compute.Ops.AdamW;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="AdamWArguments"/>
    public void AdamW(in AdamWArguments args)
    {
        if (args.Check(new(this, nameof(AdamW)))) AdamWCore(args);
    }

    protected abstract void AdamWCore(in AdamWArguments args);
}
