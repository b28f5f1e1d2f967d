namespace NeuralBurden.Vit.Data;

/// <summary>What is varied about a training image each time it is drawn.</summary>
/// <param name="CropPadding">
/// Pixels of zero padding on every side before a crop of the original size at a random place: shifts in
/// [-CropPadding, CropPadding], both ways; 0 for none.
/// </param>
/// <param name="HorizontalFlip">Mirror every second image, by chance.</param>
public readonly record struct AugmentationOptions(int CropPadding = 0, bool HorizontalFlip = false);
