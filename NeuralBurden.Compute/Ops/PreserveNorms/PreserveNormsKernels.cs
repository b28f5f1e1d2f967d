using ILGPU;
using NeuralBurden.Compute.GpuParts;

namespace NeuralBurden.Compute.Ops.PreserveNorms;

/// <summary>Norm of one row of [N, C].</summary>
internal readonly struct RowNorms(ArrayView<float> rows, ArrayView<float> norms, int c) : IElementOp
{
    public void At(int index)
    {
        float squares = 0;
        for (int i = index * c; i < (index + 1) * c; i++) squares += rows[i] * rows[i];
        norms[index] = MathF.Sqrt(squares);
    }
}

/// <summary>Scale of one group: the mean norm of its tokens over the norm of their mean, 1 where that is 0.</summary>
internal readonly struct NormScales(
    ArrayView<float> norms,
    ArrayView<float> sizes,
    int sized,
    ArrayView<int> map,
    ArrayView<float> mergedSizes,
    ArrayView<float> mean,
    ArrayView<float> scales,
    int t,
    int left,
    int c) : IElementOp
{
    public void At(int index)
    {
        int image = index / left, position = index % left;
        float squares = 0, sum = 0;
        for (int i = index * c; i < (index + 1) * c; i++) squares += mean[i] * mean[i];
        for (int n = image * t; n < (image + 1) * t; n++)
        {
            float size = sized != 0 ? sizes[n] : 1;
            if (map[n] == position && size != 0) sum += size / mergedSizes[index] * norms[n];
        }

        scales[index] = squares == 0 ? 1 : sum / MathF.Sqrt(squares);
    }
}

/// <summary>One element of the output [B, T', C].</summary>
internal readonly struct ScaleMeans(
    ArrayView<float> mean, ArrayView<float> scales, ArrayView<float> output, int c) : IElementOp
{
    public void At(int index) => output[index] = scales[index / c] * mean[index];
}

/// <summary>Part of one group's gradient along its mean's direction; 0 where the mean is 0.</summary>
internal readonly struct AlongMeans(
    ArrayView<float> mean, ArrayView<float> middles, ArrayView<float> dOutput, ArrayView<float> along, int c)
    : IElementOp
{
    public void At(int index)
    {
        float sum = 0, middle = middles[index];
        for (int i = index * c; i < (index + 1) * c && middle > 0; i++) sum += mean[i] / middle * dOutput[i];
        along[index] = sum;
    }
}

/// <summary>What one token is to its group.</summary>
internal readonly struct NormShares(
    ArrayView<float> norms,
    ArrayView<float> sizes,
    int sized,
    ArrayView<int> map,
    ArrayView<float> mergedSizes,
    int t,
    int left)
{
    public float NormOf(int n) => norms[n];

    /// <summary>Row of the token's group in [B * T']; -1 where it is dropped.</summary>
    public int GroupOf(int n) => map[n] < 0 ? -1 : (n / t * left) + map[n];

    public float WeightOf(int n, int group)
    {
        float size = sized != 0 ? sizes[n] : 1;
        return group < 0 || size == 0 ? 0 : size / mergedSizes[group];
    }
}

/// <summary>One element of dTokens [B, T, C].</summary>
internal readonly struct NormGradient(
    NormShares shares,
    ArrayView<float> dOutput,
    ArrayView<float> tokens,
    ArrayView<float> mean,
    ArrayView<float> scales,
    ArrayView<float> middles,
    ArrayView<float> along,
    ArrayView<float> dTokens,
    int c) : IElementOp
{
    public void At(int index)
    {
        int channel = index % c, n = index / c, group = shares.GroupOf(n);
        float weight = shares.WeightOf(n, group);
        if (weight == 0)
        {
            dTokens[index] = 0;
            return;
        }

        float gradient = dOutput[(group * c) + channel], middle = middles[group], norm = shares.NormOf(n);
        float direction = middle == 0 ? 0 : mean[(group * c) + channel] / middle;
        float own = norm == 0 ? 0 : tokens[index] / norm;
        dTokens[index] = weight * ((scales[group] * (gradient - (along[group] * direction))) + (along[group] * own));
    }
}
