using NeuralBurden.Compute.Ops.Attention;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="AttentionArguments"/>
    public void Attention(in AttentionArguments args)
    {
        if (args.Check(new(this, nameof(Attention)))) AttentionCore(args);
    }

    /// <inheritdoc cref="AttentionBackwardArguments"/>
    public void AttentionBackward(in AttentionBackwardArguments args)
    {
        if (args.Check(new(this, nameof(AttentionBackward)))) AttentionBackwardCore(args);
    }

    protected abstract void AttentionCore(in AttentionArguments args);

    protected abstract void AttentionBackwardCore(in AttentionBackwardArguments args);
}
