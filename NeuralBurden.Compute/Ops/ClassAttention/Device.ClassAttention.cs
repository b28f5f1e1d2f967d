using NeuralBurden.Compute.Ops.ClassAttention;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="ClassAttentionArguments"/>
    public void ClassAttention(in ClassAttentionArguments args)
    {
        if (args.Check(new(this, nameof(ClassAttention)))) ClassAttentionCore(args);
    }

    protected abstract void ClassAttentionCore(in ClassAttentionArguments args);
}
