using NeuralBurden.Compute.Ops.ScaleImages;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="ScaleImagesArguments"/>
    public void ScaleImages(in ScaleImagesArguments args)
    {
        if (args.Check(new(this, nameof(ScaleImages)))) ScaleImagesCore(args);
    }

    protected abstract void ScaleImagesCore(in ScaleImagesArguments args);
}
