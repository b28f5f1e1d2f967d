using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>y = x W^T + b with W [out, in], b [out]; x [M, in], y [M, out].</summary>
public sealed class LinearLayer(Parameter weight, Parameter bias)
{
    public Parameter Weight { get; } = weight;

    public Parameter Bias { get; } = bias;

    public void Forward(in ForwardPass pass, in Tensor x, in Tensor y) =>
        Output(pass, x, y, GemmEpilogue.AddBias(Bias.Weights));

    /// <summary>y = gelu(z) with z = x W^T + b kept for backward.</summary>
    public void ForwardGelu(in ForwardPass pass, in Tensor x, in Tensor z, in Tensor y) =>
        Output(pass, x, y, GemmEpilogue.BiasGelu(Bias.Weights, z));

    /// <summary>y = x W^T + b + residual.</summary>
    public void ForwardResidual(in ForwardPass pass, in Tensor x, in Tensor residual, in Tensor y) =>
        Output(pass, x, y, GemmEpilogue.BiasResidual(Bias.Weights, residual));

    /// <summary>dW = dy^T x and db = sum of dy over rows, overwritten; dx = dy W, unless dx is none.</summary>
    public void Backward(Device device, in Tensor dy, in Tensor x, in Tensor dx)
    {
        if (dx.IsNone) Weight.Products.Gradients(device, dy, x, Bias.Gradient);
        else Weight.Products.Backward(device, dy, x, dx, Bias.Gradient);
    }

    /// <summary>As <see cref="Backward"/>, with dx = (dy W) * gelu'(z): through the GELU that made x from z.</summary>
    public void BackwardThroughGelu(Device device, in Tensor dy, in Tensor x, in Tensor z, in Tensor dx)
    {
        Weight.Products.Gradients(device, dy, x, Bias.Gradient);
        Weight.Products.InputGradient(device, dy, dx, GemmEpilogue.GeluGradient(z));
    }

    private void Output(in ForwardPass pass, in Tensor x, in Tensor y, in GemmEpilogue epilogue)
    {
        if (pass.Unmasked) pass.Device.Gemm(new(GemmForm.NT, x, Weight.Weights, y, epilogue));
        else Weight.Products.Forward(pass.Device, x, y, epilogue);
    }
}
