using NeuralBurden.Compute.Ops.Axpby;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void AxpbyCore(in AxpbyArguments args)
    {
        Span<double> source = F(args.X), target = F(args.Y);
        for (int i = 0; i < target.Length; i++) target[i] = (args.Alpha * source[i]) + (args.Beta * target[i]);
        Finish(args.Y);
    }
}
