using NeuralBurden.Compute.Ops.MatchByEnergy;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void MatchByEnergyCore(in MatchByEnergyArguments args)
    {
        var (b, t, d) = args.Extents;
        int first = args.Protected, count = t - first;
        for (int image = 0; image < b; image++)
        {
            var tokens = F(args.Metric).Slice(((image * t) + first) * d, count * d);
            double[,] cosine = Cosines(tokens, count, d);
            double[] energy = new double[count];
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < count; j++)
                {
                    double x = cosine[i, j] - args.Margin;
                    energy[i] += (x > 0 ? x : Math.Exp(x) - 1) / count;
                }
            }

            // A stable sort by falling energy leaves ties in the order of their index.
            int[] ranked = [.. Enumerable.Range(0, count).OrderByDescending(i => energy[i]).Take(2 * args.R)];
            int[] targets = [.. ranked.Where((_, rank) => rank % 2 == 1)];
            var partner = new Dictionary<int, int>();
            foreach (int a in ranked.Where((_, rank) => rank % 2 == 0))
                partner[a] = targets.MaxBy(target => cosine[a, target]);
            var row = I(args.Map).Slice(image * t, t);
            int position = 0;
            for (int n = 0; n < t; n++) row[n] = partner.ContainsKey(n - first) ? -1 : position++;
            foreach (var (a, target) in partner) row[a + first] = row[target + first];
        }
    }

    private double[,] Cosines(ReadOnlySpan<double> tokens, int count, int d)
    {
        double[,] cosine = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double dot = 0, scale = Norm(tokens.Slice(i * d, d)) * Norm(tokens.Slice(j * d, d));
                for (int c = 0; c < d; c++)
                {
                    dot += tokens[(i * d) + c] * tokens[(j * d) + c];
                    MultiplyAdds++;
                }

                double value = scale == 0 ? 0 : dot / scale;
                cosine[i, j] = cosine[j, i] = double.IsFinite(value) ? value : -1;
            }
        }

        return cosine;
    }
}
