using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void PreserveNormsCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor mean,
        in Tensor output)
    {
        Span<double> average = F(mean), target = F(output);
        double[] scales = NormScales(b, t, left, c, tokens, sizes, map, mergedSizes, mean);
        for (int m = 0; m < b * left; m++)
        {
            for (int j = 0; j < c; j++) target[(m * c) + j] = scales[m] * average[(m * c) + j];
        }

        Finish(output);
    }

    protected override void PreserveNormsBackwardCore(
        int b,
        int t,
        int left,
        int c,
        in Tensor dOutput,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor mean,
        in Tensor dTokens)
    {
        Span<double> x = F(tokens), average = F(mean), weights = F(sizes), totals = F(mergedSizes);
        Span<double> dy = F(dOutput), dx = F(dTokens);
        Span<int> groups = I(map);
        double[] scales = NormScales(b, t, left, c, tokens, sizes, map, mergedSizes, mean);
        dx.Clear();
        for (int n = 0; n < b * t; n++)
        {
            if (groups[n] < 0) continue;
            int m = (n / t * left) + groups[n];
            double weight = weights.IsEmpty ? 1 : weights[n];
            if (weight == 0) continue;
            weight /= totals[m];
            ReadOnlySpan<double> token = x.Slice(n * c, c), mid = average.Slice(m * c, c), g = dy.Slice(m * c, c);
            double norm = Norm(token), middle = Norm(mid), along = 0;
            for (int j = 0; j < c; j++) along += middle == 0 ? 0 : mid[j] / middle * g[j];
            for (int j = 0; j < c; j++)
            {
                double across = middle == 0 ? g[j] : scales[m] * (g[j] - (along * mid[j] / middle));
                dx[(n * c) + j] = weight * (across + (norm == 0 ? 0 : along * token[j] / norm));
            }
        }

        Finish(dTokens);
    }

    /// <summary>Mean norm of each group over the norm of its mean; 1 where that is 0.</summary>
    private static double[] NormScales(
        int b,
        int t,
        int left,
        int c,
        in Tensor tokens,
        in Tensor sizes,
        in Tensor map,
        in Tensor mergedSizes,
        in Tensor mean)
    {
        Span<double> x = F(tokens), average = F(mean), weights = F(sizes), totals = F(mergedSizes);
        Span<int> groups = I(map);
        var scales = new double[b * left];
        for (int n = 0; n < b * t; n++)
        {
            double weight = weights.IsEmpty ? 1 : weights[n];
            if (groups[n] < 0 || weight == 0) continue;
            int m = (n / t * left) + groups[n];
            scales[m] += weight / totals[m] * Norm(x.Slice(n * c, c));
        }

        for (int m = 0; m < scales.Length; m++)
        {
            double norm = Norm(average.Slice(m * c, c));
            scales[m] = norm == 0 ? 1 : scales[m] / norm;
        }

        return scales;
    }

    private static double Norm(ReadOnlySpan<double> row)
    {
        double squares = 0;
        foreach (double value in row) squares += value * value;
        return Math.Sqrt(squares);
    }
}
