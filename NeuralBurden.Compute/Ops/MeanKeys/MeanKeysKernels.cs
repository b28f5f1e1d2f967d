using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.MeanKeys;

/// <summary>One element of the keys [B, T, D].</summary>
internal readonly struct MeanOfHeads(ArrayView<float> qkv, ArrayView<float> keys, int h, int d) : IElementOp
{
    public void At(int index)
    {
        int channel = index % d, token = index / d, at = (((token * 3) + 1) * h * d) + channel;
        float sum = 0;
        for (int head = 0; head < h; head++) sum += qkv[at + (head * d)];
        keys[index] = sum / h;
    }
}
