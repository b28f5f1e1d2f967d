using NeuralBurden.Compute.Ops.LayerNorm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Cpu;

public unsafe partial class CpuDevice
{
    protected override void LayerNormCore(
        int m, int c, in Tensor x, in Tensor gamma, in Tensor beta, in Tensor y, in Tensor mean, in Tensor rstd, float epsilon)
    {
        var job = new LayerNormJob
        {
            M = m,
            C = c,
            X = F(x),
            Gamma = F(gamma),
            Beta = F(beta),
            Y = F(y),
            Mean = F(mean),
            Rstd = F(rstd),
            Epsilon = epsilon,
        };
        Parallel(job, PartsOf(m, LayerNormJob.Rows));
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
        int parts = PartsOf(m, LayerNormBackwardJob.Rows);
        long width = (c + 15L) / 16 * 16;
        float* partials = Shared(parts * 2 * width);
        var job = new LayerNormBackwardJob
        {
            M = m,
            C = c,
            Dy = F(dy),
            X = F(x),
            Gamma = F(gamma),
            Mean = F(mean),
            Rstd = F(rstd),
            Dx = F(dx),
            Partials = partials,
            Width = width,
            Accumulate = accumulate,
        };
        Parallel(job, parts);
        SumPartials(partials, 2 * width, parts, c, F(dgamma), accumulate: true);
        SumPartials(partials + width, 2 * width, parts, c, F(dbeta), accumulate: true);
    }
}
