using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Cuts images into square patches: images [B, C, H, W] to patches [B * (H/p) * (W/p), C * p * p]; patches row by
    /// row, each in the order (channel, y, x) of a convolution weight, so that timm's patch embedding is one product.
    /// </summary>
    /// <exception cref="ArgumentException">p does not divide H and W, or the shapes do not fit.</exception>
    public void Patchify(in Tensor images, int p, in Tensor patches)
    {
        const string op = "Patchify";
        Require.Rank(this, op, "images", images, 4);
        int b = images.Shape[0], c = images.Shape[1], h = images.Shape[2], w = images.Shape[3];
        Require.That(p > 0 && h % p == 0 && w % p == 0, op, "the patch size must divide height and width");
        Require.Floats(this, op, "patches", patches, new Shape(b * (h / p) * (w / p), c * p * p));
        Require.Disjoint(op, "images", images, "patches", patches);
        if (images.Count > 0) PatchifyCore(b, c, h, w, p, images, patches);
    }

    protected abstract void PatchifyCore(int b, int c, int h, int w, int p, in Tensor images, in Tensor patches);
}
