using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.Patchify;

/// <summary>
/// Cuts images into square patches: images [B, C, H, W] to patches [B * (H/p) * (W/p), C * p * p]; patches row by
/// row, each in the order (channel, y, x) of a convolution weight, so that timm's patch embedding is one product.
/// </summary>
/// <exception cref="ArgumentException">p does not divide H and W, or the shapes do not fit.</exception>
public readonly record struct PatchifyArguments(Tensor Images, int P, Tensor Patches)
{
    internal (int B, int C, int H, int W) Extents => (Images.Shape[0], Images.Shape[1], Images.Shape[2], Images.Shape[3]);

    internal bool Check(Require require)
    {
        require.Rank(Images, 4);
        var (b, c, h, w) = Extents;
        require.That(P > 0 && h % P == 0 && w % P == 0, "the patch size must divide height and width");
        require.Floats(Patches, new Shape(b * (h / P) * (w / P), c * P * P));
        require.Disjoint(Images, Patches);
        return Images.Count > 0;
    }
}
