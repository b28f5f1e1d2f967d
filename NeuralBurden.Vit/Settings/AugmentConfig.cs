namespace NeuralBurden.Vit.Settings;

/// <summary>Augmentation of training images. Normalisation is always on.</summary>
public sealed record AugmentConfig
{
    /// <summary>
    /// Pixels of zero padding on each side before a random crop of the original size; 0 = off.
    /// </summary>
    public int CropPadding { get; init; }

    /// <summary>Whether an image is mirrored with probability one half.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>alpha of mixup's Beta(alpha, alpha) (arXiv 1710.09412); 0 = off.</summary>
    public double Mixup { get; init; }

    /// <summary>alpha of CutMix's Beta(alpha, alpha) (arXiv 1905.04899); 0 = off.</summary>
    public double Cutmix { get; init; }

    /// <summary>Probability that a rectangle of an image is erased (arXiv 1708.04896); 0 = off.</summary>
    public double RandomErasing { get; init; }

    /// <summary>Operations of RandAugment per image (arXiv 1909.13719); 0 = off.</summary>
    public int RandAugment { get; init; }

    /// <summary>Magnitude M of every operation of RandAugment.</summary>
    public double RandAugmentMagnitude { get; init; } = 9;
}
