using NeuralBurden.Compute.Ops.ClipByNorm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void ClipByNormCore(in Tensor g, in Tensor counted, float maximum, in Tensor norm)
    {
        const int elementsOfThread = 16, mostParts = 256;
        int n = checked((int)g.Count);
        int parts = Math.Clamp(CeilingOf(n, _sizes.Threads * elementsOfThread), 1, mostParts);
        var values = F(g);
        var partial = Scratch(parts);
        Launch(new SquareSums(F(counted), n, partial), parts, _sizes.Threads);
        Launch(new ScaleToNorm(values, n, partial, parts, maximum, F(norm)), parts, _sizes.Threads);
    }
}
