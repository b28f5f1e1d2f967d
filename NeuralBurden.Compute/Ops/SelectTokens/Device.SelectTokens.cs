using NeuralBurden.Compute.Ops.SelectTokens;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="SelectTokensArguments"/>
    public void SelectTokens(in SelectTokensArguments args)
    {
        if (args.Check(new(this, nameof(SelectTokens)))) SelectTokensCore(args);
    }

    protected abstract void SelectTokensCore(in SelectTokensArguments args);
}
