using NeuralBurden.Compute.Ops.CrossEntropy;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void CrossEntropyCore(
        int b,
        int k,
        in Tensor logits,
        in Tensor labels,
        in Tensor others,
        in Tensor shares,
        float smoothing,
        in Tensor losses,
        in Tensor correct,
        in Tensor dLogits)
    {
        var x = F(logits);
        var dx = dLogits.IsNone ? x : F(dLogits);
        bool mixed = !others.IsNone;
        var label = I(labels);
        var kernel = new SoftmaxLoss(
            x, label, mixed ? I(others) : label, mixed ? F(shares) : x, Flag(mixed), smoothing,
            F(losses), F(correct), dx, Flag(!dLogits.IsNone), b, k, _sizes.Lanes);
        Rows(kernel, b);
    }
}
