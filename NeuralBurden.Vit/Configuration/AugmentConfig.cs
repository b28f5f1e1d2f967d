namespace NeuralBurden.Vit.Configuration;

/// <summary>Augmentation of training images. Normalisation is always on.</summary>
public sealed record AugmentConfig
{
    /// <summary>
    /// Pixels of zero padding on each side before a random crop of the original size; 0 = off.
    /// </summary>
    public int CropPadding { get; init; }

    /// <summary>Whether an image is mirrored with probability one half.</summary>
    public bool HorizontalFlip { get; init; }
}
