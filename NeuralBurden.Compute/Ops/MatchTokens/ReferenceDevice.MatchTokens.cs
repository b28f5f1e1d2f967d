using NeuralBurden.Compute.Ops.MatchTokens;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void MatchTokensCore(in MatchTokensArguments args)
    {
        var (b, t, d) = args.Extents;
        Span<double> x = F(args.Metric), weights = F(args.Sizes);
        var rule = args.Rule;
        var (r, first, threshold, drop) = rule;
        Span<int> target = I(args.Map);
        int a = (t + 1) / 2, odd = t / 2;
        double[] norms = new double[t];
        for (int image = 0; image < b; image++)
        {
            var tokens = x.Slice(image * t * d, t * d);
            int real = t;
            while (!weights.IsEmpty && real > 0 && weights[(image * t) + real - 1] == 0) real--;
            for (int n = 0; n < t; n++)
            {
                double squares = 0;
                for (int c = 0; c < d; c++) squares += tokens[(n * d) + c] * tokens[(n * d) + c];
                norms[n] = Math.Sqrt(squares);
            }

            int[] best = new int[a];
            double[] score = new double[a];
            for (int i = 0; i < a; i++)
            {
                (score[i], best[i]) = (double.NegativeInfinity, rule.FirstOdd);
                for (int j = 0; j < odd; j++)
                {
                    double dot = 0, scale = norms[2 * i] * norms[(2 * j) + 1];
                    for (int c = 0; c < d; c++)
                    {
                        dot += tokens[(2 * i * d) + c] * tokens[(((2 * j) + 1) * d) + c];
                        MultiplyAdds++;
                    }

                    double similarity = scale == 0 ? 0 : dot / scale;
                    bool candidate = (2 * j) + 1 < real && j >= rule.FirstOdd && double.IsFinite(similarity);
                    if (candidate && similarity > score[i]) (score[i], best[i]) = (similarity, j);
                }
            }

            // A stable sort by falling score leaves ties in the order of their index.
            var merged = Enumerable.Range(0, real / 2 > rule.FirstOdd ? (real + 1) / 2 : 0)
                .Where(i => i >= rule.FirstEven && !(score[i] <= threshold))
                .OrderByDescending(i => score[i]).Take(r).ToHashSet();
            var row = target.Slice(image * t, t);
            row.Fill(-1);
            for (int n = 0; n < first; n++) row[n] = n;
            int kept = first;
            for (int i = rule.FirstEven; 2 * i < real; i++)
            {
                if (!merged.Contains(i)) row[2 * i] = kept++;
            }

            kept -= rule.FirstOdd;
            for (int j = rule.FirstOdd; (2 * j) + 1 < real; j++) row[(2 * j) + 1] = kept + j;
            foreach (int i in drop ? [] : merged) row[2 * i] = kept + best[i];
        }
    }
}
