using NeuralBurden.Vit.Data;

namespace NeuralBurden.Vit.Training;

/// <summary>Training images that are kept from training, <c>train.validation</c>.</summary>
internal static class HeldOutImages
{
    /// <summary>Images that a share of a training set is, at least one where the share is above 0.</summary>
    public static int Count(int images, double share) =>
        share == 0 ? 0 : Math.Clamp((int)Math.Round(share * images), 1, images - 1);

    /// <summary>The set without them, and them; evenly spaced.</summary>
    public static (ImageDatasetPair Kept, ImageDataset HeldOut) Split(ImageDatasetPair data, double share)
    {
        var (kept, heldOut) = data.Train.HoldOut(Count(data.Train.Count, share));
        return (data with { Train = kept }, heldOut);
    }
}
