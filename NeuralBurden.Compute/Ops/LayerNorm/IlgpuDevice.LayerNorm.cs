using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.LayerNorm;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    // Rows of one group of the gradient; fixes the order of summation.
    private const int NormRows = 64;

    protected override void LayerNormCore(in LayerNormArguments args)
    {
        var (m, c) = args.Extents;
        var (mean, rstd) = (F(args.Mean), F(args.Rstd));
        Rows(new Normalize(F(args.X), F(args.Gamma), F(args.Beta), F(args.Y), mean, rstd, args.Epsilon, m, c, _sizes.Lanes), m);
    }

    protected override void LayerNormBackwardCore(in LayerNormBackwardArguments args)
    {
        var (m, c) = args.Extents;
        int chunks = Math.Max(1, CeilingOf(m, NormRows));
        var partial = Scratch(2L * chunks * c);
        var (mean, rstd) = (F(args.Mean), F(args.Rstd));
        var kernel = new NormalizeGradient(
            F(args.Dy), F(args.X), F(args.Gamma), mean, rstd, F(args.Dx), partial,
            Flag(args.Accumulate), m, c, _sizes.Lanes, NormRows, chunks);
        Launch(kernel, chunks, _sizes.Threads);
        Each(new FoldChunks(partial, chunks, c, F(args.Dgamma), F(args.Dbeta), chunks * c, c, Flag(true)), c);
    }
}
