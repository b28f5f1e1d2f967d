using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.SumTokens;

/// <summary>One element of merged [B, T', C]: a sum over the tokens of its group, in the order of the tokens.</summary>
internal readonly struct WeightedSum(
    ArrayView<float> tokens,
    ArrayView<float> weights,
    ArrayView<int> map,
    ArrayView<float> merged,
    int t,
    int left,
    int c) : IElementOp
{
    public void At(int index)
    {
        int channel = index % c, group = index / c, image = group / left, position = group % left;
        float sum = 0;
        for (int n = image * t; n < (image + 1) * t; n++)
        {
            if (map[n] == position) sum += weights[n] * tokens[(n * c) + channel];
        }

        merged[index] = sum;
    }
}

/// <summary>One element of dTokens [B, T, C].</summary>
internal readonly struct WeightedSumGradient(
    ArrayView<float> dMerged,
    ArrayView<float> weights,
    ArrayView<int> map,
    ArrayView<float> dTokens,
    int t,
    int left,
    int c) : IElementOp
{
    public void At(int index)
    {
        int channel = index % c, n = index / c, position = map[n];
        dTokens[index] = position < 0 ? 0 : weights[n] * dMerged[((((n / t) * left) + position) * c) + channel];
    }
}
