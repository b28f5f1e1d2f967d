using NeuralBurden.Vit.Runs;
using NeuralBurden.Vit.Settings;

namespace NeuralBurden.Vit.Inference;

/// <summary>How <see cref="PrunedModel"/> computes, and what its file may not say.</summary>
public sealed record InferenceOptions
{
    /// <summary>A device's id, see <see cref="Compute.Devices.DeviceCatalog"/>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Cores of <c>cpu</c>; 0 takes all. Results do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Sparse kernels for pruned weights.</summary>
    public SparseMode Sparse { get; init; } = SparseMode.Auto;

    /// <summary>Images that pass through the model together; more take more memory.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>How pixels are normalised, where the file does not say it.</summary>
    public Normalization? Normalization { get; init; }

    /// <summary>Attention heads of a block, where the file does not say it.</summary>
    public int? Heads { get; init; }

    /// <summary>Extents of the model's images in pixels, where the file does not say them and they are no square.</summary>
    public (int Height, int Width)? ImageSize { get; init; }

    /// <summary>Extents of images at hand: believed where the model's positions are of such images.</summary>
    public (int Height, int Width)? Images { get; init; }
}
