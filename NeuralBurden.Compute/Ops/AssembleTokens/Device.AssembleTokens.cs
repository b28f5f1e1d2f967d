using NeuralBurden.Compute.Ops.AssembleTokens;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="AssembleTokensArguments"/>
    public void AssembleTokens(in AssembleTokensArguments args)
    {
        if (args.Check(new(this, nameof(AssembleTokens)))) AssembleTokensCore(args);
    }

    /// <inheritdoc cref="AssembleTokensBackwardArguments"/>
    public void AssembleTokensBackward(in AssembleTokensBackwardArguments args)
    {
        if (args.Check(new(this, nameof(AssembleTokensBackward)))) AssembleTokensBackwardCore(args);
    }

    protected abstract void AssembleTokensCore(in AssembleTokensArguments args);

    protected abstract void AssembleTokensBackwardCore(in AssembleTokensBackwardArguments args);
}
