using NeuralBurden.Compute.Ops.SumTokens;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="SumTokensArguments"/>
    public void SumTokens(in SumTokensArguments args)
    {
        if (args.Check(new(this, nameof(SumTokens)))) SumTokensCore(args);
    }

    /// <inheritdoc cref="SumTokensBackwardArguments"/>
    public void SumTokensBackward(in SumTokensBackwardArguments args)
    {
        if (args.Check(new(this, nameof(SumTokensBackward)))) SumTokensBackwardCore(args);
    }

    protected abstract void SumTokensCore(in SumTokensArguments args);

    protected abstract void SumTokensBackwardCore(in SumTokensBackwardArguments args);
}
