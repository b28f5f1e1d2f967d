using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.LayerNorm;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    // Most chunks of rows of the gradient; with the lines of a group it fixes the order of summation.
    private const int NormChunks = 1024;

    protected override void LayerNormCore(in LayerNormArguments args)
    {
        var (m, c) = args.Extents;
        bool quads = c % 4 == 0 && InQuads(args.X) && InQuads(args.Gamma) && InQuads(args.Beta) && InQuads(args.Y);
        if (quads) Normalize<Quads>(args);
        else Normalize<Words>(args);

        void Normalize<TAccess>(in LayerNormArguments a)
            where TAccess : struct, IAccess
        {
            var kernel = new Normalize<TAccess>(
                F(a.X), F(a.Gamma), F(a.Beta), F(a.Y), F(a.Mean), F(a.Rstd), a.Epsilon, m, c, QuadLanes);
            Launch(kernel, CeilingOf(m, _sizes.Threads / QuadLanes), _sizes.Threads);
        }
    }

    protected override void LayerNormBackwardCore(in LayerNormBackwardArguments args)
    {
        var (m, c) = args.Extents;
        int lines = _sizes.Threads / QuadLanes, rows = Math.Max(1, CeilingOf(CeilingOf(m, NormChunks), lines)) * lines;
        int chunks = Math.Max(1, CeilingOf(m, rows));
        var partial = Scratch(2L * chunks * c);
        if (c % 4 == 0 && InQuads(args.Dy) && InQuads(args.X) && InQuads(args.Gamma) && InQuads(args.Dx))
            Gradient<Quads>(args);
        else
            Gradient<Words>(args);
        FoldColumns(partial, chunks, c, F(args.Dgamma), F(args.Dbeta), chunks * c, c, accumulate: true);

        void Gradient<TAccess>(in LayerNormBackwardArguments a)
            where TAccess : struct, IAccess
        {
            var kernel = new NormalizeGradient<TAccess>(
                F(a.Dy), F(a.X), F(a.Gamma), F(a.Mean), F(a.Rstd), F(a.Dx), partial,
                Flag(a.Accumulate), m, c, QuadLanes, rows, chunks);
            Launch(kernel, chunks, _sizes.Threads);
        }
    }
}
