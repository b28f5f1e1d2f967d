using ILGPU;
using NeuralBurden.Compute.Ops.MatchByEnergy;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MatchByEnergyCore(
        int b, int t, int d, in Tensor metric, int r, float margin, bool protectFirst, in Tensor map)
    {
        int first = Flag(protectFirst), n = t - first;
        long pairs = (long)b * n * n, rows = (long)b * n;
        var scratch = Scratch(Math.Max(1, pairs + (2 * rows)));
        ArrayView<float> cosines = scratch.SubView(0, pairs), energies = scratch.SubView(pairs, rows);
        var ranks = scratch.SubView(pairs + rows, rows);
        Each(new Cosines(F(metric), cosines, t, d, first), pairs);
        Each(new Energies(cosines, energies, n, margin), rows);
        Each(new RankEnergies(energies, ranks, n), rows);
        Each(new MapByEnergy(cosines, ranks, I(map), t, r, first), map.Count);
    }
}
