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

    /// <summary>The sparse form of the masked weights, kept current by who owns the masks; null without one.</summary>
    public SparseWeights? Sparse { get; set; }

    public void Forward(Device device, in Tensor x, in Tensor y) =>
        Product(device, GemmForm.NT, x, y, GemmEpilogue.AddBias(Bias.Weights));

    /// <summary>y = gelu(z) with z = x W^T + b kept for backward.</summary>
    public void ForwardGelu(Device device, in Tensor x, in Tensor z, in Tensor y) =>
        Product(device, GemmForm.NT, x, y, GemmEpilogue.BiasGelu(Bias.Weights, z));

    /// <summary>y = x W^T + b + residual.</summary>
    public void ForwardResidual(Device device, in Tensor x, in Tensor residual, in Tensor y) =>
        Product(device, GemmForm.NT, x, y, GemmEpilogue.BiasResidual(Bias.Weights, residual));

    /// <summary>dW = dy^T x and db = sum of dy over rows, overwritten; dx = dy W, unless dx is none.</summary>
    public void Backward(Device device, in Tensor dy, in Tensor x, in Tensor dx)
    {
        if (!dx.IsNone && !IgnoresMask && Sparse is { InputGradient: true } sparse)
        {
            device.SparseLinearBackward(
                dy, x, sparse.Matrix, dx, Weight.Gradient, sparse.WeightGradient, Bias.Gradient);
            return;
        }

        GradientOfParameters(device, dy, x);
        if (!dx.IsNone) Product(device, GemmForm.NN, dy, dx, GemmEpilogue.None);
    }

    /// <summary>As <see cref="Backward"/>, with dx = (dy W) * gelu'(z): through the GELU that made x from z.</summary>
    public void BackwardThroughGelu(Device device, in Tensor dy, in Tensor x, in Tensor z, in Tensor dx)
    {
        GradientOfParameters(device, dy, x);
        Product(device, GemmForm.NN, dy, dx, GemmEpilogue.GeluGradient(z));
    }

    private void Product(Device device, GemmForm form, in Tensor x, in Tensor y, in GemmEpilogue epilogue)
    {
        if (IgnoresMask) device.Gemm(form, x, Weight.Weights, y, epilogue);
        else if (Sparse is { } sparse && (form == GemmForm.NT ? sparse.Forward : sparse.InputGradient))
            device.SparseGemm(form, x, sparse.Matrix, y, epilogue);
        else device.Gemm(form, x, Weight.Effective, y, epilogue);
    }

    private void GradientOfParameters(Device device, in Tensor dy, in Tensor x)
    {
        if (!IgnoresMask && Sparse is { WeightGradient: true } sparse)
            device.SparseWeightGradient(dy, x, sparse.Matrix, Weight.Gradient);
        else device.Gemm(GemmForm.TN, dy, x, Weight.Gradient);
        device.ColumnSum(dy, Bias.Gradient);
    }
}
