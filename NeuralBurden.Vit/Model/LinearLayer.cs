using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>y = x W^T + b with W [out, in], b [out]; x [M, in], y [M, out].</summary>
public sealed class LinearLayer(Parameter weight, Parameter bias)
{
    public Parameter Weight { get; } = weight;

    public Parameter Bias { get; } = bias;

    /// <summary>The sparse form of the masked weights, kept current by who owns the masks; null without one.</summary>
    public SparseWeights? Sparse { get; set; }

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
        if (!dx.IsNone && Sparse is { InputGradient: true } sparse)
        {
            device.SparseLinearBackward(new(
                dy, x, sparse.Matrix, dx, Weight.Gradient, sparse.WeightGradient, Bias.Gradient));
            return;
        }

        GradientOfParameters(device, dy, x);
        if (!dx.IsNone) InputGradient(device, dy, dx, GemmEpilogue.None);
    }

    /// <summary>As <see cref="Backward"/>, with dx = (dy W) * gelu'(z): through the GELU that made x from z.</summary>
    public void BackwardThroughGelu(Device device, in Tensor dy, in Tensor x, in Tensor z, in Tensor dx)
    {
        GradientOfParameters(device, dy, x);
        InputGradient(device, dy, dx, GemmEpilogue.GeluGradient(z));
    }

    private void Output(in ForwardPass pass, in Tensor x, in Tensor y, in GemmEpilogue epilogue)
    {
        if (!pass.Unmasked && Sparse is { Forward: true } sparse)
            pass.Device.SparseGemm(new(GemmForm.NT, x, sparse.Matrix, y, epilogue));
        else pass.Device.Gemm(new(GemmForm.NT, x, pass.Unmasked ? Weight.Weights : Weight.Effective, y, epilogue));
    }

    private void InputGradient(Device device, in Tensor dy, in Tensor dx, in GemmEpilogue epilogue)
    {
        if (Sparse is { InputGradient: true } sparse) device.SparseGemm(new(GemmForm.NN, dy, sparse.Matrix, dx, epilogue));
        else device.Gemm(new(GemmForm.NN, dy, Weight.Effective, dx, epilogue));
    }

    private void GradientOfParameters(Device device, in Tensor dy, in Tensor x)
    {
        if (Sparse is { WeightGradient: true } sparse)
        {
            device.SparseWeightGradient(new(dy, x, sparse.Matrix, Weight.Gradient));
            device.ColumnSum(new(dy, Bias.Gradient));
        }
        else
        {
            device.LinearGradient(new(dy, x, Weight.Gradient, Bias.Gradient));
        }
    }
}
