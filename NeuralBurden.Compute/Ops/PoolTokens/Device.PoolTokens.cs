using NeuralBurden.Compute.Ops.PoolTokens;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="PoolTokensArguments"/>
    public void PoolTokens(in PoolTokensArguments args)
    {
        if (args.Check(new(this, nameof(PoolTokens)))) PoolTokensCore(args);
    }

    /// <inheritdoc cref="PoolTokensBackwardArguments"/>
    public void PoolTokensBackward(in PoolTokensBackwardArguments args)
    {
        if (args.Check(new(this, nameof(PoolTokensBackward)))) PoolTokensBackwardCore(args);
    }

    protected abstract void PoolTokensCore(in PoolTokensArguments args);

    protected abstract void PoolTokensBackwardCore(in PoolTokensBackwardArguments args);
}
