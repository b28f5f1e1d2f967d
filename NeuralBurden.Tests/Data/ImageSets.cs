using NeuralBurden.Vit.Data;

namespace NeuralBurden.Tests.Data;

/// <summary>Sets as arrays.</summary>
internal static class ImageSets
{
    /// <summary>[N, C, H, W].</summary>
    public static byte[] AllPixels(this ImageDataset set) => [.. Enumerable.Range(0, set.Count).SelectMany(set.Image)];
}
