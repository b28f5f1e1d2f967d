using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void PaddingBiasCore(in Tensor sizes, in Tensor bias)
    {
        Span<double> source = F(sizes), target = F(bias);
        for (int i = 0; i < source.Length; i++) target[i] = source[i] > 0 ? 0 : double.NegativeInfinity;
    }
}
