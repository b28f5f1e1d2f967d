using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Reference;

public sealed partial class ReferenceDevice
{
    protected override void CrossEntropyCore(
        int b,
        int k,
        in Tensor logits,
        in Tensor labels,
        float smoothing,
        in Tensor losses,
        in Tensor correct,
        in Tensor dLogits)
    {
        Span<double> x = F(logits), loss = F(losses), hit = F(correct), dx = F(dLogits);
        Span<int> label = I(labels);
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
            loss[i] = ((1 - smoothing) * (logSum - row[label[i]])) + (smoothing / k * all);
            hit[i] = best == label[i] && !nan ? 1 : 0;
            if (dx.IsEmpty) continue;
            for (int j = 0; j < k; j++)
            {
                double target = (smoothing / k) + (j == label[i] ? 1 - smoothing : 0);
                dx[(i * k) + j] = (Math.Exp(row[j] - logSum) - target) / b;
            }
        }

        Finish(losses);
        Finish(dLogits);
    }
}
