using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.MergeTokens;

/// <summary>
/// One element of merged [B, T', C]: a sum over the tokens of its group, in the order of the tokens.
/// </summary>
internal readonly struct Merge(
    ArrayView<float> tokens,
    ArrayView<float> sizes,
    int sized,
    ArrayView<int> map,
    ArrayView<float> merged,
    ArrayView<float> mergedSizes,
    ArrayView<float> logSizes,
    int t,
    int left,
    int c) : IElementOp
{
    public void At(int index)
    {
        int channel = index % c, group = index / c, image = group / left, position = group % left;
        float sum = 0, total = 0;
        for (int n = image * t; n < (image + 1) * t; n++)
        {
            if (map[n] != position) continue;
            float weight = sized != 0 ? sizes[n] : 1;
            total += weight;
            sum += weight * tokens[(n * c) + channel];
        }

        merged[index] = total == 0 ? 0 : sum / total;
        if (channel != 0) return;
        mergedSizes[group] = total;
        logSizes[group] = total == 0 ? float.NegativeInfinity : MathF.Log(total);
    }
}

/// <summary>One element of dTokens [B, T, C].</summary>
internal readonly struct MergeGradient(
    ArrayView<float> dMerged,
    ArrayView<float> sizes,
    int sized,
    ArrayView<int> map,
    ArrayView<float> mergedSizes,
    ArrayView<float> dTokens,
    int t,
    int left,
    int c) : IElementOp
{
    public void At(int index)
    {
        int channel = index % c, n = index / c, position = map[n];
        if (position < 0)
        {
            dTokens[index] = 0;
            return;
        }

        // A group of size 0 is padding and passes no gradient on.
        int group = (n / t * left) + position;
        float total = mergedSizes[group], weight = total == 0 ? 0 : (sized != 0 ? sizes[n] : 1) / total;
        dTokens[index] = weight == 0 ? 0 : weight * dMerged[(group * c) + channel];
    }
}
