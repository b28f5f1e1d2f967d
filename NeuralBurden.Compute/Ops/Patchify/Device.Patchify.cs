using NeuralBurden.Compute.Ops.Patchify;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="PatchifyArguments"/>
    public void Patchify(in PatchifyArguments args)
    {
        if (args.Check(new(this, nameof(Patchify)))) PatchifyCore(args);
    }

    protected abstract void PatchifyCore(in PatchifyArguments args);
}
