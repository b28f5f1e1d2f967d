using NeuralBurden.Compute.Ops.Gelu;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="GeluArguments"/>
    public void Gelu(in GeluArguments args)
    {
        if (args.Check(new(this, nameof(Gelu)))) GeluCore(args);
    }

    /// <inheritdoc cref="GeluBackwardArguments"/>
    public void GeluBackward(in GeluBackwardArguments args)
    {
        if (args.Check(new(this, nameof(GeluBackward)))) GeluBackwardCore(args);
    }

    protected abstract void GeluCore(in GeluArguments args);

    protected abstract void GeluBackwardCore(in GeluBackwardArguments args);
}
