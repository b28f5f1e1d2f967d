using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>Layer normalisation over the last dimension, with learned scale and shift (arXiv 1607.06450).</summary>
public sealed class NormLayer(Parameter gamma, Parameter beta, float epsilon)
{
    public Parameter Gamma { get; } = gamma;

    public Parameter Beta { get; } = beta;

    public void Forward(Device device, in Tensor x, in Tensor y, in Tensor mean, in Tensor rstd) =>
        device.LayerNorm(new(x, Gamma.Weights, Beta.Weights, y, mean, rstd, epsilon));

    /// <summary>Adds to the gradients of scale and shift; dx is added to with <paramref name="accumulate"/>.</summary>
    public void Backward(
        Device device, in Tensor dy, in Tensor x, in Tensor mean, in Tensor rstd, in Tensor dx, bool accumulate) =>
        device.LayerNormBackward(new(dy, x, Gamma.Weights, mean, rstd, dx, Gamma.Gradient, Beta.Gradient, accumulate));
}
