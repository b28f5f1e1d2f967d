using NeuralBurden.Compute.Ops.SelectLargest;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="SelectLargestArguments"/>
    public void SelectLargest(in SelectLargestArguments args)
    {
        if (args.Check(new(this, nameof(SelectLargest)))) SelectLargestCore(args);
    }

    protected abstract void SelectLargestCore(in SelectLargestArguments args);
}
