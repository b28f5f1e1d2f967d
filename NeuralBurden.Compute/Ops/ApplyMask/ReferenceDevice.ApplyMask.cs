using NeuralBurden.Compute.Ops.ApplyMask;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void ApplyMaskCore(in ApplyMaskArguments args)
    {
        Span<double> source = F(args.X), target = F(args.Y);
        var bits = I(args.Mask);
        for (int i = 0; i < source.Length; i++) target[i] = ((bits[i / 32] >> (i % 32)) & 1) != 0 ? source[i] : 0;
    }
}
