using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.MergeTokens;

/// <summary>
/// Four channels of a token of merged [B, T', C], <c>quads</c> = ceil(C / 4): a sum over the tokens of its group, in the order
/// of the tokens, which all threads look for in the whole map.
/// </summary>
internal readonly struct Merge<TAccess>(
    ArrayView<float> tokens,
    ArrayView<float> sizes,
    int sized,
    ArrayView<int> map,
    ArrayView<float> merged,
    ArrayView<float> mergedSizes,
    ArrayView<float> logSizes,
    int t,
    int left,
    int c,
    int quads) : IElementOp
    where TAccess : struct, IAccess
{
    public void At(int index)
    {
        int group = index / quads, channel = 4 * (index - (group * quads));
        int image = group / left, position = group - (image * left);
        Float4 sum = default;
        float total = 0;
        for (int n = image * t; n < (image + 1) * t; n++)
        {
            if (map[n] != position) continue;
            float weight = sized != 0 ? sizes[n] : 1;
            total += weight;
            sum.AddScaled(weight, TAccess.Load(tokens, (n * c) + channel, c - channel));
        }

        sum = total == 0 ? default : new() { A = sum.A / total, B = sum.B / total, C = sum.C / total, D = sum.D / total };
        TAccess.Store(merged, (group * c) + channel, sum, c - channel);
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
