using NeuralBurden.Compute.Ops.ClipByNorm;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="ClipByNormArguments"/>
    public void ClipByNorm(in ClipByNormArguments args)
    {
        if (args.Check(new(this, nameof(ClipByNorm)))) ClipByNormCore(args);
    }

    protected abstract void ClipByNormCore(in ClipByNormArguments args);
}
