using NeuralBurden.Compute.Ops.Gelu;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void GeluCore(in GeluArguments args)
    {
        Span<double> source = F(args.X), target = F(args.Y);
        for (int i = 0; i < source.Length; i++) target[i] = GeluFunction.Value(source[i]);
        Finish(args.Y);
    }

    protected override void GeluBackwardCore(in GeluBackwardArguments args)
    {
        Span<double> gradient = F(args.Dy), source = F(args.X), target = F(args.Dx);
        for (int i = 0; i < source.Length; i++) target[i] = gradient[i] * GeluFunction.Derivative(source[i]);
        Finish(args.Dx);
    }
}
