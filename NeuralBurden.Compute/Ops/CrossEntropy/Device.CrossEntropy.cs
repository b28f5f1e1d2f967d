using NeuralBurden.Compute.Ops.CrossEntropy;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="CrossEntropyArguments"/>
    public void CrossEntropy(in CrossEntropyArguments args)
    {
        if (args.Check(new(this, nameof(CrossEntropy)))) CrossEntropyCore(args);
    }

    protected abstract void CrossEntropyCore(in CrossEntropyArguments args);
}
