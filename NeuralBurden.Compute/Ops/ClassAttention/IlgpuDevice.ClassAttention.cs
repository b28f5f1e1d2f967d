using NeuralBurden.Compute.Ops.ClassAttention;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Ilgpu;

public sealed partial class IlgpuDevice
{
    protected override void ClassAttentionCore(
        int b, int t, int h, int d, in Tensor qkv, in Tensor bias, in Tensor scores)
    {
        var raw = Scratch((long)b * h * t);
        var shift = bias.IsNone ? raw : F(bias);
        Each(new ClassProducts(F(qkv), shift, Flag(!bias.IsNone), raw, t, h, d), (long)b * h * t);
        Each(new MeanSoftmax(raw, F(scores), t, h), (long)b * t);
    }
}
