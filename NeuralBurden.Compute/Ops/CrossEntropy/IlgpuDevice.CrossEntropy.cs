using NeuralBurden.Compute.Ops.CrossEntropy;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void CrossEntropyCore(in CrossEntropyArguments args)
    {
        var (b, k) = args.Extents;
        var x = F(args.Logits);
        var dx = args.DLogits.IsNone ? x : F(args.DLogits);
        bool mixed = !args.Others.IsNone;
        var label = I(args.Labels);
        var kernel = new SoftmaxLoss(
            x, label, mixed ? I(args.Others) : label, mixed ? F(args.Shares) : x, Flag(mixed), args.Smoothing,
            F(args.Losses), F(args.Correct), dx, Flag(!args.DLogits.IsNone), b, k, _sizes.Lanes);
        Rows(kernel, b);
    }
}
