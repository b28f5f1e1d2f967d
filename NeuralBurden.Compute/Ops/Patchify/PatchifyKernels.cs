using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.Patchify;

/// <summary>One element of the patches [B * (H/p) * (W/p), C * p * p].</summary>
internal readonly struct CutPatches(
    ArrayView<float> images, ArrayView<float> patches, int c, int h, int w, int p) : IElementOp
{
    public void At(int index)
    {
        int x = index % p, y = index / p % p, channel = index / (p * p) % c, patch = index / (p * p * c);
        int column = patch % (w / p), row = patch / (w / p) % (h / p), image = patch / (w / p * (h / p));
        int line = (((image * c) + channel) * h) + (row * p) + y;
        patches[index] = images[(line * w) + (column * p) + x];
    }
}
