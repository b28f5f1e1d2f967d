using NeuralBurden.Compute.Ops.ClassAttention;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void ClassAttentionCore(in ClassAttentionArguments args)
    {
        var (b, t, h, d) = args.Extents;
        Span<double> x = F(args.Qkv), shift = F(args.Bias), target = F(args.Scores);
        double[] row = new double[t];
        target.Clear();
        for (int image = 0; image < b; image++)
        {
            for (int head = 0; head < h; head++)
            {
                double max = double.NegativeInfinity, sum = 0;
                for (int key = 0; key < t; key++)
                {
                    double score = 0;
                    for (int c = 0; c < d; c++)
                    {
                        score += x[At(image, 0, 0, head, c)] * x[At(image, key, 1, head, c)];
                        MultiplyAdds++;
                    }

                    row[key] = (score / Math.Sqrt(d)) + (shift.IsEmpty ? 0 : shift[(image * t) + key]);
                    max = Math.Max(max, row[key]);
                }

                for (int key = 0; key < t; key++) sum += row[key] = Math.Exp(row[key] - max);
                for (int key = 0; key < t; key++) target[(image * t) + key] += row[key] / sum / h;
            }
        }

        Finish(args.Scores);

        int At(int image, int token, int part, int head, int c) => (((((((image * t) + token) * 3) + part) * h) + head) * d) + c;
    }
}
