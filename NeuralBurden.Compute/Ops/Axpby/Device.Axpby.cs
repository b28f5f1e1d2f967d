using NeuralBurden.Compute.Ops.Axpby;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="AxpbyArguments"/>
    public void Axpby(in AxpbyArguments args)
    {
        if (args.Check(new(this, nameof(Axpby)))) AxpbyCore(args);
    }

    protected abstract void AxpbyCore(in AxpbyArguments args);
}
