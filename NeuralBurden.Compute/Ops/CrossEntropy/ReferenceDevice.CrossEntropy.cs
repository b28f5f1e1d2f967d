using NeuralBurden.Compute.Ops.CrossEntropy;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void CrossEntropyCore(in CrossEntropyArguments args)
    {
        var (b, k) = args.Extents;
        Span<double> x = F(args.Logits), loss = F(args.Losses), hit = F(args.Correct), dx = F(args.DLogits);
        Span<double> share = F(args.Shares);
        Span<int> label = I(args.Labels), other = I(args.Others);
        for (int i = 0; i < b; i++)
        {
            var row = x.Slice(i * k, k);
            int best = 0;
            bool nan = false;
            double max = double.NegativeInfinity, sum = 0, all = 0;
            for (int j = 0; j < k; j++)
            {
                nan |= double.IsNaN(row[j]);
                if (row[j] > row[best]) best = j;
                max = Math.Max(max, row[j]);
            }

            for (int j = 0; j < k; j++) sum += Math.Exp(row[j] - max);
            double logSum = max + Math.Log(sum);
            for (int j = 0; j < k; j++) all += logSum - row[j];
            int first = label[i], second = other.IsEmpty ? first : other[i];
            double part = share.IsEmpty ? 1 : share[i];
            double missed = logSum - row[first];
            if (part < 1) missed = (part * missed) + ((1 - part) * (logSum - row[second]));
            loss[i] = ((1 - args.Smoothing) * missed) + (args.Smoothing / k * all);
            hit[i] = best == (part >= 0.5 ? first : second) && !nan ? 1 : 0;
            if (dx.IsEmpty) continue;
            for (int j = 0; j < k; j++)
            {
                double hot = (j == first ? part : 0) + (j == second ? 1 - part : 0);
                double target = (args.Smoothing / k) + ((1 - args.Smoothing) * hot);
                dx[(i * k) + j] = (Math.Exp(row[j] - logSum) - target) / b;
            }
        }

        Finish(args.Losses);
        Finish(args.DLogits);
    }
}
