using NeuralBurden.Compute.Ops.MatchTokens;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="MatchTokensArguments"/>
    public void MatchTokens(in MatchTokensArguments args)
    {
        if (args.Check(new(this, nameof(MatchTokens)))) MatchTokensCore(args);
    }

    protected abstract void MatchTokensCore(in MatchTokensArguments args);
}
