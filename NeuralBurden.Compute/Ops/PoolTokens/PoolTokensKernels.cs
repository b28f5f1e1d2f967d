using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.PoolTokens;

/// <summary>One element of pooled [B, C].</summary>
internal readonly struct Pool(
    ArrayView<float> tokens,
    ArrayView<float> sizes,
    int sized,
    int t,
    int first,
    int end,
    int c,
    ArrayView<float> pooled) : IElementOp
{
    public void At(int index)
    {
        int channel = index % c, image = index / c;
        float sum = 0, total = 0;
        for (int token = first; token < end; token++)
        {
            float weight = sized != 0 ? sizes[(image * t) + token] : 1;
            sum += weight * tokens[(((image * t) + token) * c) + channel];
            total += weight;
        }

        pooled[index] = sum / total;
    }
}

/// <summary>One element of dTokens [B, T, C].</summary>
internal readonly struct PoolGradient(
    ArrayView<float> dPooled,
    ArrayView<float> sizes,
    int sized,
    int t,
    int first,
    int end,
    int c,
    ArrayView<float> dTokens) : IElementOp
{
    public void At(int index)
    {
        int channel = index % c, token = index / c % t, image = index / (c * t);
        if (token < first || token >= end)
        {
            dTokens[index] = 0;
            return;
        }

        float total = end - first, weight = 1;
        if (sized != 0)
        {
            total = 0;
            for (int i = first; i < end; i++) total += sizes[(image * t) + i];
            weight = sizes[(image * t) + token];
        }

        dTokens[index] = weight / total * dPooled[(image * c) + channel];
    }
}
