using NeuralBurden.Compute.GpuParts;
using NeuralBurden.Compute.Ops.Gelu;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void GeluCore(in GeluArguments args) =>
        Each(new Map<GeluOperator>(F(args.X), F(args.Y)), args.X.Count);

    protected override void GeluBackwardCore(in GeluBackwardArguments args) =>
        Each(new MapPairs<GeluGradientOperator>(F(args.Dy), F(args.X), F(args.Dx)), args.X.Count);
}
