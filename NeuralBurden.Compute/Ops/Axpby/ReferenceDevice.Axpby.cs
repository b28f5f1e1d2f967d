using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void AxpbyCore(float alpha, in Tensor x, float beta, in Tensor y)
    {
        Span<double> source = F(x), target = F(y);
        for (int i = 0; i < target.Length; i++) target[i] = (alpha * source[i]) + (beta * target[i]);
        Finish(y);
    }
}
