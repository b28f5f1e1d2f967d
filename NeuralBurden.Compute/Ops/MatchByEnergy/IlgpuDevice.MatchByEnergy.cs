using ILGPU;
using NeuralBurden.Compute.Ops.MatchByEnergy;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MatchByEnergyCore(in MatchByEnergyArguments args)
    {
        var (b, t, d) = args.Extents;
        int first = args.Protected, n = t - first;
        long pairs = (long)b * n * n, rows = (long)b * n;
        var scratch = Scratch(Math.Max(1, pairs + (2 * rows)));
        ArrayView<float> cosines = scratch.SubView(0, pairs), energies = scratch.SubView(pairs, rows);
        var ranks = scratch.SubView(pairs + rows, rows);
        Each(new Cosines(F(args.Metric), cosines, t, d, first), pairs);
        Each(new Energies(cosines, energies, n, args.Margin), rows);
        Each(new RankEnergies(energies, ranks, n), rows);
        Each(new MapByEnergy(cosines, ranks, I(args.Map), t, args.R, first), args.Map.Count);
    }
}
