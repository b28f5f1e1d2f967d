using NeuralBurden.Compute.Ops.MeanKeys;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="MeanKeysArguments"/>
    public void MeanKeys(in MeanKeysArguments args)
    {
        if (args.Check(new(this, nameof(MeanKeys)))) MeanKeysCore(args);
    }

    protected abstract void MeanKeysCore(in MeanKeysArguments args);
}
