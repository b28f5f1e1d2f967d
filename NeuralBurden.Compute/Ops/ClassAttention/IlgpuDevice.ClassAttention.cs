using NeuralBurden.Compute.Ops.ClassAttention;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void ClassAttentionCore(in ClassAttentionArguments args)
    {
        var (b, t, h, d) = args.Extents;
        var raw = Scratch((long)b * h * t);
        var shift = args.Bias.IsNone ? raw : F(args.Bias);
        Each(new ClassProducts(F(args.Qkv), shift, Flag(!args.Bias.IsNone), raw, t, h, d), (long)b * h * t);
        Each(new MeanSoftmax(raw, F(args.Scores), t, h), (long)b * t);
    }
}
