using NeuralBurden.Compute.Ops.MergeTokens;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="MergeTokensArguments"/>
    public void MergeTokens(in MergeTokensArguments args)
    {
        if (args.Check(new(this, nameof(MergeTokens)))) MergeTokensCore(args);
    }

    /// <inheritdoc cref="MergeTokensBackwardArguments"/>
    public void MergeTokensBackward(in MergeTokensBackwardArguments args)
    {
        if (args.Check(new(this, nameof(MergeTokensBackward)))) MergeTokensBackwardCore(args);
    }

    protected abstract void MergeTokensCore(in MergeTokensArguments args);

    protected abstract void MergeTokensBackwardCore(in MergeTokensBackwardArguments args);
}
