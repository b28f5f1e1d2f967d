namespace NeuralBurden.Vit.Data.Augmentation;

/// <summary>
/// What RandAugment draws from, with a magnitude m in [0, 1] and a random sign where there is a direction. The paper's
/// list without <c>color</c>, which does nothing to a grey image; ranges are the paper's, shifts in shares of the side.
/// </summary>
internal enum RandAugmentOperation
{
    Identity,

    /// <summary>By up to 30 degrees.</summary>
    Rotate,

    /// <summary>By up to 0.3.</summary>
    ShearX,

    /// <summary>By up to 0.3.</summary>
    ShearY,

    /// <summary>By up to 30 % of the side, whole pixels.</summary>
    TranslateX,

    /// <summary>By up to 30 % of the side, whole pixels.</summary>
    TranslateY,

    /// <summary>Times 1 - 0.9 m or 1 + 0.9 m.</summary>
    Brightness,

    /// <summary>Likewise about the image's mean.</summary>
    Contrast,

    /// <summary>Likewise about the smoothed image.</summary>
    Sharpness,

    /// <summary>Keeps 8 - 4 m bits.</summary>
    Posterize,

    /// <summary>Inverts values from 256 - 256 m on.</summary>
    Solarize,

    /// <summary>Stretches each channel to 0..255.</summary>
    AutoContrast,

    /// <summary>Levels each channel's histogram.</summary>
    Equalize,
}
