using NeuralBurden.Compute.Ops.Axpby;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void AxpbyCore(in AxpbyArguments args) =>
        Each(new AxpbyStep(F(args.X), F(args.Y), args.Alpha, args.Beta), args.Y.Count);
}
