using NeuralBurden.Compute.Ops.LayerNorm;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="LayerNormArguments"/>
    public void LayerNorm(in LayerNormArguments args)
    {
        if (args.Check(new(this, nameof(LayerNorm)))) LayerNormCore(args);
    }

    /// <inheritdoc cref="LayerNormBackwardArguments"/>
    public void LayerNormBackward(in LayerNormBackwardArguments args)
    {
        if (args.Check(new(this, nameof(LayerNormBackward)))) LayerNormBackwardCore(args);
    }

    protected abstract void LayerNormCore(in LayerNormArguments args);

    protected abstract void LayerNormBackwardCore(in LayerNormBackwardArguments args);
}
