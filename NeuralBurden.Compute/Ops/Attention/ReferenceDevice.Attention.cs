using NeuralBurden.Compute.Ops.Attention;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void AttentionCore(in AttentionArguments args)
    {
        var (b, t, h, d) = args.Extents;
        Span<double> x = F(args.Qkv), bias = F(args.LogSizes), y = F(args.Output), saved = F(args.Probabilities);
        double scale = 1 / Math.Sqrt(d);
        double[] row = new double[t];
        for (int image = 0; image < b; image++)
        {
            for (int head = 0; head < h; head++)
            {
                for (int query = 0; query < t; query++)
                {
                    double max = double.NegativeInfinity, sum = 0;
                    for (int key = 0; key < t; key++)
                    {
                        double score = 0;
                        for (int c = 0; c < d; c++)
                        {
                            score += x[At(image, query, 0, head, c)] * x[At(image, key, 1, head, c)];
                            MultiplyAdds++;
                        }

                        row[key] = (score * scale) + (bias.IsEmpty ? 0 : bias[(image * t) + key]);
                        max = Math.Max(max, row[key]);
                    }

                    for (int key = 0; key < t; key++) sum += row[key] = Math.Exp(row[key] - max);
                    for (int key = 0; key < t; key++)
                    {
                        row[key] /= sum;
                        if (!saved.IsEmpty) saved[(((((image * h) + head) * t) + query) * t) + key] = row[key];
                    }

                    for (int c = 0; c < d; c++)
                    {
                        double value = 0;
                        for (int key = 0; key < t; key++)
                        {
                            value += row[key] * x[At(image, key, 2, head, c)];
                            MultiplyAdds++;
                        }

                        y[(((image * t) + query) * h * d) + (head * d) + c] = value;
                    }
                }
            }
        }

        Finish(args.Output);
        Finish(args.Probabilities);

        int At(int image, int token, int part, int head, int c) => (((((((image * t) + token) * 3) + part) * h) + head) * d) + c;
    }

    protected override void AttentionBackwardCore(in AttentionBackwardArguments args)
    {
        var (b, t, h, d) = args.Extents;
        Span<double> dy = F(args.DOutput), x = F(args.Qkv), saved = F(args.Probabilities), dx = F(args.Dqkv);
        double scale = 1 / Math.Sqrt(d);
        double[] row = new double[t];
        dx.Clear();
        for (int image = 0; image < b; image++)
        {
            for (int head = 0; head < h; head++)
            {
                for (int query = 0; query < t; query++)
                {
                    var p = saved.Slice(((((image * h) + head) * t) + query) * t, t);
                    var dOut = dy.Slice((((image * t) + query) * h * d) + (head * d), d);
                    double dot = 0;
                    for (int key = 0; key < t; key++)
                    {
                        double dp = 0;
                        for (int c = 0; c < d; c++)
                        {
                            dp += dOut[c] * x[At(image, key, 2, head, c)];
                            dx[At(image, key, 2, head, c)] += p[key] * dOut[c];
                            MultiplyAdds += 2;
                        }

                        row[key] = dp;
                        dot += dp * p[key];
                    }

                    for (int key = 0; key < t; key++)
                    {
                        double ds = p[key] * (row[key] - dot) * scale;
                        for (int c = 0; c < d; c++)
                        {
                            dx[At(image, query, 0, head, c)] += ds * x[At(image, key, 1, head, c)];
                            dx[At(image, key, 1, head, c)] += ds * x[At(image, query, 0, head, c)];
                            MultiplyAdds += 2;
                        }
                    }
                }
            }
        }

        Finish(args.Dqkv);

        int At(int image, int token, int part, int head, int c) => (((((((image * t) + token) * 3) + part) * h) + head) * d) + c;
    }
}
