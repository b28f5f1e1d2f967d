using NeuralBurden.Compute.Ops.ApplyMask;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="ApplyMaskArguments"/>
    public void ApplyMask(in ApplyMaskArguments args)
    {
        if (args.Check(new(this, nameof(ApplyMask)))) ApplyMaskCore(args);
    }

    protected abstract void ApplyMaskCore(in ApplyMaskArguments args);
}
