using NeuralBurden.Compute.Ops.MatchByEnergy;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="MatchByEnergyArguments"/>
    public void MatchByEnergy(in MatchByEnergyArguments args)
    {
        if (args.Check(new(this, nameof(MatchByEnergy)))) MatchByEnergyCore(args);
    }

    protected abstract void MatchByEnergyCore(in MatchByEnergyArguments args);
}
