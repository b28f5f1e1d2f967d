using NeuralBurden.Compute.Ops.LayerNorm;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void LayerNormCore(in LayerNormArguments args)
    {
        var (m, c) = args.Extents;
        Span<double> source = F(args.X), scale = F(args.Gamma), shift = F(args.Beta), target = F(args.Y);
        Span<double> means = F(args.Mean), rstds = F(args.Rstd);
        for (int i = 0; i < m; i++)
        {
            Span<double> row = source.Slice(i * c, c), to = target.Slice(i * c, c);
            double sum = 0, squares = 0;
            foreach (double value in row) sum += value;
            double center = sum / c;
            foreach (double value in row) squares += (value - center) * (value - center);
            double inverse = 1 / Math.Sqrt((squares / c) + args.Epsilon);
            (means[i], rstds[i]) = (center, inverse);
            for (int j = 0; j < c; j++) to[j] = ((row[j] - center) * inverse * scale[j]) + shift[j];
        }

        Finish(args.Y);
        Finish(args.Mean);
        Finish(args.Rstd);
    }

    protected override void LayerNormBackwardCore(in LayerNormBackwardArguments args)
    {
        var (m, c) = args.Extents;
        Span<double> dys = F(args.Dy), xs = F(args.X), scale = F(args.Gamma), means = F(args.Mean), rstds = F(args.Rstd);
        Span<double> dxs = F(args.Dx), dscale = F(args.Dgamma), dshift = F(args.Dbeta);
        for (int i = 0; i < m; i++)
        {
            double meanG = 0, meanGn = 0;
            for (int j = 0; j < c; j++)
            {
                int at = (i * c) + j;
                double n = (xs[at] - means[i]) * rstds[i], g = dys[at] * scale[j];
                meanG += g / c;
                meanGn += g * n / c;
                dscale[j] += dys[at] * n;
                dshift[j] += dys[at];
            }

            for (int j = 0; j < c; j++)
            {
                int at = (i * c) + j;
                double n = (xs[at] - means[i]) * rstds[i], g = dys[at] * scale[j];
                double gradient = rstds[i] * (g - meanG - (n * meanGn));
                dxs[at] = args.Accumulate ? dxs[at] + gradient : gradient;
            }
        }

        Finish(args.Dx);
        Finish(args.Dgamma);
        Finish(args.Dbeta);
    }
}
