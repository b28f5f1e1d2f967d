using NeuralBurden.Compute.Ops.LoadImages;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="LoadImagesArguments"/>
    public void LoadImages(in LoadImagesArguments args)
    {
        if (args.Check(new(this, nameof(LoadImages)))) LoadImagesCore(args);
    }

    protected abstract void LoadImagesCore(in LoadImagesArguments args);
}
