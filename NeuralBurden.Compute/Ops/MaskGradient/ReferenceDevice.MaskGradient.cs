using NeuralBurden.Compute.Ops.MaskGradient;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void MaskGradientCore(in MaskGradientArguments args)
    {
        Span<double> gradient = F(args.G), weights = F(args.W);
        var bits = I(args.Mask);
        for (int i = 0; i < gradient.Length; i++)
        {
            if (((bits[i / 32] >> (i % 32)) & 1) == 0)
                gradient[i] = (args.PrunedScale * gradient[i]) + (args.PrunedDecay * weights[i]);
        }

        Finish(args.G);
    }
}
