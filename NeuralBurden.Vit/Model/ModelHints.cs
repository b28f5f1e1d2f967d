using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Model;

/// <summary>What a caller knows of a model that its file may not say; what the file says goes before.</summary>
public sealed record ModelHints
{
    public static ModelHints None { get; } = new();

    /// <summary>Attention heads of every block.</summary>
    public int? Heads { get; init; }

    /// <summary>Attention heads where neither the file nor the model's width tells.</summary>
    public int? HeadsElse { get; init; }

    /// <summary>Extents of the model's images in pixels; the positions must be of it.</summary>
    public (int Height, int Width)? ImageSize { get; init; }

    /// <summary>Extents of images at hand, believed where the positions are of such images.</summary>
    public (int Height, int Width)? Images { get; init; }

    /// <summary>How images are normalised.</summary>
    public Normalization? Normalization { get; init; }
}
