using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void ApplyMaskCore(in Tensor x, in Tensor mask, in Tensor y)
    {
        Span<double> source = F(x), target = F(y);
        var bits = I(mask);
        for (int i = 0; i < source.Length; i++) target[i] = ((bits[i / 32] >> (i % 32)) & 1) != 0 ? source[i] : 0;
    }
}
