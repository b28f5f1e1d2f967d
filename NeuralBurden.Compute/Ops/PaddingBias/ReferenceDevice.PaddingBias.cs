using NeuralBurden.Compute.Ops.PaddingBias;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void PaddingBiasCore(in PaddingBiasArguments args)
    {
        Span<double> source = F(args.Sizes), target = F(args.Bias);
        for (int i = 0; i < source.Length; i++) target[i] = source[i] > 0 ? 0 : double.NegativeInfinity;
    }
}
