using NeuralBurden.Compute.Ops.SelectInGroups;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="SelectInGroupsArguments"/>
    public void SelectInGroups(in SelectInGroupsArguments args)
    {
        if (args.Check(new(this, nameof(SelectInGroups)))) SelectInGroupsCore(args);
    }

    protected abstract void SelectInGroupsCore(in SelectInGroupsArguments args);
}
