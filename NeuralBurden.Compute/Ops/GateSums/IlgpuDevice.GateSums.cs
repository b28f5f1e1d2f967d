using NeuralBurden.Compute.Ops.GateSums;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    // Rows that one thread does; fixes the order of summation.
    private const int GateRows = 32;

    protected override void GateSumsCore(in GateSumsArguments args)
    {
        var (m, g, w) = args.Extents;
        int chunks = CeilingOf(m, GateRows);
        var (sums, partial) = (F(args.Y), Scratch((long)chunks * g));
        Each(new GatesOfChunk(F(args.A), F(args.Da), partial, m, g, w, GateRows), (long)chunks * g);
        FoldColumns(partial, chunks, g, sums, sums, 0, 0, accumulate: true);
    }
}
