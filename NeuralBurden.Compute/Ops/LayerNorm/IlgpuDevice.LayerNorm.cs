using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.LayerNorm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void LayerNormCore(
        int m,
        int c,
        in Tensor x,
        in Tensor gamma,
        in Tensor beta,
        in Tensor y,
        in Tensor mean,
        in Tensor rstd,
        float epsilon) =>
        Rows(new Normalize(F(x), F(gamma), F(beta), F(y), F(mean), F(rstd), epsilon, m, c, _sizes.Lanes), m);

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
        ArrayView<float> gradient = F(dy), input = F(x), means = F(mean), rstds = F(rstd);
        var rows = new NormalizeGradient(
            gradient, input, F(gamma), means, rstds, F(dx), Flag(accumulate), m, c, _sizes.Lanes);
        Rows(rows, m);
        var (partial, chunks) = SumColumns(new ScaleAndShiftTerms(gradient, input, means, rstds, c), m, c);
        Each(new FoldChunks(partial, chunks, c, F(dgamma), F(dbeta), chunks * c, c, Flag(true)), c);
    }
}
