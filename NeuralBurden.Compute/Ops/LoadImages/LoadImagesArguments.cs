using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.LoadImages;

/// <summary>
/// A normalised, augmented batch from raw pixels: image b is pixels[indices[b]], padded with pixel 0, cropped at
/// (dx, dy), mirrored where flip is 1, then (value / 255 - mean[c]) / std[c].
/// pixels uint8 [N, C, H, W]; indices int32 [B]; jitter int32 [B, 3] holds dx, dy, flip, or none; mean and std [C];
/// images [B, C, H, W]. Output pixel (y, x) shows input (y + dy, x' + dx), with x' mirrored under flip.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit. Indices are the caller's to keep in range.</exception>
public readonly record struct LoadImagesArguments(
    Tensor Pixels, Tensor Indices, Tensor Jitter, Tensor Mean, Tensor Std, Tensor Images)
{
    internal (int B, int C, int H, int W) Extents => (Images.Shape[0], Images.Shape[1], Images.Shape[2], Images.Shape[3]);

    internal bool Check(Require require)
    {
        require.Rank(Images, 4);
        require.On(Pixels, ElementType.UInt8);
        var (b, c, h, w) = Extents;
        bool fits = Pixels.Shape.Rank == 4 && Pixels.Shape[1] == c && Pixels.Shape[2] == h && Pixels.Shape[3] == w;
        require.That(fits, "'Pixels' must be [N, C, H, W] with the extents of 'Images'");
        require.Indices(Indices, new Shape(b));
        require.OptionalIndices(Jitter, new Shape(b, 3));
        require.Floats(Mean, new Shape(c));
        require.Floats(Std, new Shape(c));
        return Images.Count > 0;
    }
}
