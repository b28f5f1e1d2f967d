using NeuralBurden.Compute.Ops.MaskGradient;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="MaskGradientArguments"/>
    public void MaskGradient(in MaskGradientArguments args)
    {
        if (args.Check(new(this, nameof(MaskGradient)))) MaskGradientCore(args);
    }

    protected abstract void MaskGradientCore(in MaskGradientArguments args);
}
