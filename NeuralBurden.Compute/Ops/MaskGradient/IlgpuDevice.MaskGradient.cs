using NeuralBurden.Compute.Ops.MaskGradient;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void MaskGradientCore(
        in Tensor g, in Tensor w, in Tensor mask, float prunedScale, float prunedDecay) =>
        Each(new MaskedGradient(F(g), F(w), I(mask), prunedScale, prunedDecay), g.Count);
}
