using ILGPU;
using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.LayerNorm;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void LayerNormCore(in LayerNormArguments args)
    {
        var (m, c) = args.Extents;
        var (mean, rstd) = (F(args.Mean), F(args.Rstd));
        Rows(new Normalize(F(args.X), F(args.Gamma), F(args.Beta), F(args.Y), mean, rstd, args.Epsilon, m, c, _sizes.Lanes), m);
    }

    protected override void LayerNormBackwardCore(in LayerNormBackwardArguments args)
    {
        var (m, c) = args.Extents;
        ArrayView<float> gradient = F(args.Dy), input = F(args.X), means = F(args.Mean), rstds = F(args.Rstd);
        var rows = new NormalizeGradient(
            gradient, input, F(args.Gamma), means, rstds, F(args.Dx), Flag(args.Accumulate), m, c, _sizes.Lanes);
        Rows(rows, m);
        var (partial, chunks) = SumColumns(new ScaleAndShiftTerms(gradient, input, means, rstds, c), m, c);
        Each(new FoldChunks(partial, chunks, c, F(args.Dgamma), F(args.Dbeta), chunks * c, c, Flag(true)), c);
    }
}
