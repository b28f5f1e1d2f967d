using NeuralBurden.Compute.Ops.PoolTokens;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void PoolTokensCore(
        int b, int t, int c, in Tensor tokens, in Tensor sizes, in TokenRange range, in Tensor pooled)
    {
        Span<double> source = F(tokens), weights = F(sizes), target = F(pooled);
        for (int image = 0; image < b; image++)
        {
            for (int j = 0; j < c; j++)
            {
                double sum = 0, total = 0;
                for (int token = range.First; token < range.End; token++)
                {
                    double weight = weights.IsEmpty || range.Count == 1 ? 1 : weights[(image * t) + token];
                    sum += weight * source[(((image * t) + token) * c) + j];
                    total += weight;
                }

                target[(image * c) + j] = sum / total;
            }
        }

        Finish(pooled);
    }

    protected override void PoolTokensBackwardCore(
        int b, int t, int c, in Tensor dPooled, in Tensor sizes, in TokenRange range, in Tensor dTokens)
    {
        Span<double> source = F(dPooled), weights = F(sizes), target = F(dTokens);
        target.Clear();
        for (int image = 0; image < b; image++)
        {
            double total = 0;
            for (int token = range.First; token < range.End; token++)
                total += weights.IsEmpty || range.Count == 1 ? 1 : weights[(image * t) + token];
            for (int token = range.First; token < range.End; token++)
            {
                double weight = (weights.IsEmpty || range.Count == 1 ? 1 : weights[(image * t) + token]) / total;
                for (int j = 0; j < c; j++) target[(((image * t) + token) * c) + j] = weight * source[(image * c) + j];
            }
        }

        Finish(dTokens);
    }
}
