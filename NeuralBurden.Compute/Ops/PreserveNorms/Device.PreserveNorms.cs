using NeuralBurden.Compute.Ops.PreserveNorms;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="PreserveNormsArguments"/>
    public void PreserveNorms(in PreserveNormsArguments args)
    {
        if (args.Check(new(this, nameof(PreserveNorms)))) PreserveNormsCore(args);
    }

    /// <inheritdoc cref="PreserveNormsBackwardArguments"/>
    public void PreserveNormsBackward(in PreserveNormsBackwardArguments args)
    {
        if (args.Check(new(this, nameof(PreserveNormsBackward)))) PreserveNormsBackwardCore(args);
    }

    protected abstract void PreserveNormsCore(in PreserveNormsArguments args);

    protected abstract void PreserveNormsBackwardCore(in PreserveNormsBackwardArguments args);
}
