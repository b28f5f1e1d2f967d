using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>y = x W^T + b with W [out, in], b [out]; x [M, in], y [M, out].</summary>
public sealed class LinearLayer(Parameter weight, Parameter bias)
{
    public Parameter Weight { get; } = weight;

    public Parameter Bias { get; } = bias;

    /// <summary>
    /// Whether forward and backward multiply by <see cref="Parameter.Weights"/>, ignoring the mask: the shadow
    /// reference of the burden measures.
    /// </summary>
    public bool IgnoresMask { get; set; }

    private Tensor Multiplier => IgnoresMask ? Weight.Weights : Weight.Effective;

    public void Forward(Device device, in Tensor x, in Tensor y) =>
        device.Gemm(GemmForm.NT, x, Multiplier, y, GemmEpilogue.AddBias(Bias.Weights));

    /// <summary>y = gelu(z) with z = x W^T + b kept for backward.</summary>
    public void ForwardGelu(Device device, in Tensor x, in Tensor z, in Tensor y) =>
        device.Gemm(GemmForm.NT, x, Multiplier, y, GemmEpilogue.BiasGelu(Bias.Weights, z));

    /// <summary>y = x W^T + b + residual.</summary>
    public void ForwardResidual(Device device, in Tensor x, in Tensor residual, in Tensor y) =>
        device.Gemm(GemmForm.NT, x, Multiplier, y, GemmEpilogue.BiasResidual(Bias.Weights, residual));

    /// <summary>dW = dy^T x and db = sum of dy over rows, overwritten; dx = dy W, unless dx is none.</summary>
    public void Backward(Device device, in Tensor dy, in Tensor x, in Tensor dx)
    {
        GradientOfParameters(device, dy, x);
        if (!dx.IsNone) device.Gemm(GemmForm.NN, dy, Multiplier, dx);
    }

    /// <summary>As <see cref="Backward"/>, with dx = (dy W) * gelu'(z): through the GELU that made x from z.</summary>
    public void BackwardThroughGelu(Device device, in Tensor dy, in Tensor x, in Tensor z, in Tensor dx)
    {
        GradientOfParameters(device, dy, x);
        device.Gemm(GemmForm.NN, dy, Multiplier, dx, GemmEpilogue.GeluGradient(z));
    }

    private void GradientOfParameters(Device device, in Tensor dy, in Tensor x)
    {
        device.Gemm(GemmForm.TN, dy, x, Weight.Gradient);
        device.ColumnSum(dy, Bias.Gradient);
    }
}
