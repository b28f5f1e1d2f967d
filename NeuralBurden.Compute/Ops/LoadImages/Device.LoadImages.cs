using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// A normalised, augmented batch from raw pixels: image b is pixels[indices[b]], padded with pixel 0, cropped at
    /// (dx, dy), mirrored where flip is 1, then (value / 255 - mean[c]) / std[c].
    /// pixels uint8 [N, C, H, W]; indices int32 [B]; jitter int32 [B, 3] holds dx, dy, flip, or none; mean and std [C];
    /// images [B, C, H, W]. Output pixel (y, x) shows input (y + dy, x' + dx), with x' mirrored under flip.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit. Indices are the caller's to keep in range.</exception>
    public void LoadImages(
        in Tensor pixels, in Tensor indices, in Tensor jitter, in Tensor mean, in Tensor std, in Tensor images)
    {
        const string op = "LoadImages";
        Require.Rank(this, op, "images", images, 4);
        Require.On(this, op, "pixels", pixels, ElementType.UInt8);
        int b = images.Shape[0], c = images.Shape[1], h = images.Shape[2], w = images.Shape[3];
        bool fits = pixels.Shape.Rank == 4 && pixels.Shape[1] == c && pixels.Shape[2] == h && pixels.Shape[3] == w;
        Require.That(fits, op, "'pixels' must be [N, C, H, W] with the extents of 'images'");
        Require.Indices(this, op, "indices", indices, new Shape(b));
        if (!jitter.IsNone) Require.Indices(this, op, "jitter", jitter, new Shape(b, 3));
        Require.Floats(this, op, "mean", mean, new Shape(c));
        Require.Floats(this, op, "std", std, new Shape(c));
        if (images.Count > 0) LoadImagesCore(b, c, h, w, pixels, indices, jitter, mean, std, images);
    }

    protected abstract void LoadImagesCore(
        int b,
        int c,
        int h,
        int w,
        in Tensor pixels,
        in Tensor indices,
        in Tensor jitter,
        in Tensor mean,
        in Tensor std,
        in Tensor images);
}
