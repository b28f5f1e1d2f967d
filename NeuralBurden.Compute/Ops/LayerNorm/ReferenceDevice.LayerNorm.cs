using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void LayerNormCore(
        int m, int c, in Tensor x, in Tensor gamma, in Tensor beta, in Tensor y, in Tensor mean, in Tensor rstd, float epsilon)
    {
        Span<double> source = F(x), scale = F(gamma), shift = F(beta), target = F(y), means = F(mean), rstds = F(rstd);
        for (int i = 0; i < m; i++)
        {
            Span<double> row = source.Slice(i * c, c), to = target.Slice(i * c, c);
            double sum = 0, squares = 0;
            foreach (double value in row) sum += value;
            double center = sum / c;
            foreach (double value in row) squares += (value - center) * (value - center);
            double inverse = 1 / Math.Sqrt((squares / c) + epsilon);
            (means[i], rstds[i]) = (center, inverse);
            for (int j = 0; j < c; j++) to[j] = ((row[j] - center) * inverse * scale[j]) + shift[j];
        }

        Finish(y);
        Finish(mean);
        Finish(rstd);
    }

    protected override void LayerNormBackwardCore(
        int m,
        int c,
        in Tensor dy,
        in Tensor x,
        in Tensor gamma,
        in Tensor mean,
        in Tensor rstd,
        in Tensor dx,
        in Tensor dgamma,
        in Tensor dbeta,
        bool accumulate)
    {
        Span<double> dys = F(dy), xs = F(x), scale = F(gamma), means = F(mean), rstds = F(rstd);
        Span<double> dxs = F(dx), dscale = F(dgamma), dshift = F(dbeta);
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
                dxs[at] = accumulate ? dxs[at] + gradient : gradient;
            }
        }

        Finish(dx);
        Finish(dgamma);
        Finish(dbeta);
    }
}
