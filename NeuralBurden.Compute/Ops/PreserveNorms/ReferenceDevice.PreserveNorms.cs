using NeuralBurden.Compute.Ops.PreserveNorms;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void PreserveNormsCore(in PreserveNormsArguments args)
    {
        var (b, t, left, c) = args.Extents;
        Span<double> average = F(args.Mean), target = F(args.Output);
        double[] scales = NormScales(b, t, left, c, args.Tokens, args.Sizes, args.Map, args.MergedSizes, args.Mean);
        for (int m = 0; m < b * left; m++)
        {
            for (int j = 0; j < c; j++) target[(m * c) + j] = scales[m] * average[(m * c) + j];
        }

        Finish(args.Output);
    }

    protected override void PreserveNormsBackwardCore(in PreserveNormsBackwardArguments args)
    {
        var (b, t, left, c) = args.Extents;
        Span<double> x = F(args.Tokens), average = F(args.Mean), weights = F(args.Sizes), totals = F(args.MergedSizes);
        Span<double> dy = F(args.DOutput), dx = F(args.DTokens);
        Span<int> groups = I(args.Map);
        double[] scales = NormScales(b, t, left, c, args.Tokens, args.Sizes, args.Map, args.MergedSizes, args.Mean);
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

        Finish(args.DTokens);
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
        double[] scales = new double[b * left];
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
