using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void GeluCore(in Tensor x, in Tensor y) =>
        Each(new Map<GeluOperator>(F(x), F(y)), x.Count);

    protected override void GeluBackwardCore(in Tensor dy, in Tensor x, in Tensor dx) =>
        Each(new MapPairs<GeluGradientOperator>(F(dy), F(x), F(dx)), x.Count);
}
