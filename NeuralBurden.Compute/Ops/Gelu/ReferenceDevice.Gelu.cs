using NeuralBurden.Compute.Ops.Gelu;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices.Reference;

public sealed partial class ReferenceDevice
{
    protected override void GeluCore(in Tensor x, in Tensor y)
    {
        Span<double> source = F(x), target = F(y);
        for (int i = 0; i < source.Length; i++) target[i] = GeluFunction.Value(source[i]);
        Finish(y);
    }

    protected override void GeluBackwardCore(in Tensor dy, in Tensor x, in Tensor dx)
    {
        Span<double> gradient = F(dy), source = F(x), target = F(dx);
        for (int i = 0; i < source.Length; i++) target[i] = gradient[i] * GeluFunction.Derivative(source[i]);
        Finish(dx);
    }
}
