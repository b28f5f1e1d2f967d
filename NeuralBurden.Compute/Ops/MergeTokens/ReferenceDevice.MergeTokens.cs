using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void MergeTokensCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor merged,
        in Tensor mergedSizes,
        in Tensor logSizes)
    {
        Span<double> source = F(tokens), weights = F(sizes), target = F(merged), totals = F(mergedSizes), logs = F(logSizes);
        Span<int> groups = I(map);
        target.Clear();
        totals.Clear();
        for (int n = 0; n < b * t; n++)
        {
            if (groups[n] < 0) continue;
            int at = (n / t * left) + groups[n];
            double weight = weights.IsEmpty ? 1 : weights[n];
            totals[at] += weight;
            for (int j = 0; j < c; j++) target[(at * c) + j] += weight * source[(n * c) + j];
        }

        for (int m = 0; m < b * left; m++)
        {
            logs[m] = Math.Log(totals[m]);
            if (totals[m] == 0) continue;
            for (int j = 0; j < c; j++) target[(m * c) + j] /= totals[m];
        }

        Finish(merged);
        Finish(mergedSizes);
        Finish(logSizes);
    }

    protected override void MergeTokensBackwardCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor dMerged,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor dTokens)
    {
        Span<double> source = F(dMerged), weights = F(sizes), totals = F(mergedSizes), target = F(dTokens);
        Span<int> groups = I(map);
        for (int n = 0; n < b * t; n++)
        {
            int at = groups[n] < 0 ? 0 : (n / t * left) + groups[n];
            bool padding = groups[n] < 0 || totals[at] == 0;
            double weight = padding ? 0 : (weights.IsEmpty ? 1 : weights[n]) / totals[at];
            for (int j = 0; j < c; j++) target[(n * c) + j] = weight == 0 ? 0 : weight * source[(at * c) + j];
        }

        Finish(dTokens);
    }
}
