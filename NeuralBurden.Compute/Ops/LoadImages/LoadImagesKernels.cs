using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.LoadImages;

/// <summary>One output pixel of [B, C, H, W].</summary>
internal readonly struct LoadPixels(
    ArrayView<byte> pixels,
    ArrayView<int> indices,
    ArrayView<int> jitter,
    int jittered,
    ArrayView<float> mean,
    ArrayView<float> std,
    ArrayView<float> images,
    int c,
    int h,
    int w) : IElementOp
{
    public void At(int index)
    {
        int x = index % w, y = index / w % h, channel = index / (w * h) % c, image = index / (w * h * c);
        int fromX = x, fromY = y;
        if (jittered != 0)
        {
            if (jitter[(image * 3) + 2] != 0) fromX = w - 1 - x;
            fromX += jitter[image * 3];
            fromY += jitter[(image * 3) + 1];
        }

        float value = 0;
        if (fromX >= 0 && fromX < w && fromY >= 0 && fromY < h)
        {
            // A data set may have more than 2^31 pixels; a batch may not.
            long line = ((((long)indices[image] * c) + channel) * h) + fromY;
            value = pixels[(line * w) + fromX];
        }

        images[index] = ((value / 255) - mean[channel]) / std[channel];
    }
}
