using NeuralBurden.Compute.Ops.AdamW;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void AdamWCore(
        in Tensor w, in Tensor g, in Tensor m, in Tensor v, in Tensor decayed, in AdamWOptions options) =>
        Each(new AdamWStep(F(w), F(g), F(m), F(v), F(decayed), new AdamWFactors(options)), w.Count);
}
