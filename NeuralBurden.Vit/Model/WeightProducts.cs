using NeuralBurden.Compute.Devices;
using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Vit.Model;

/// <summary>
/// The products of a layer's matrix W [out, in], which multiply by <see cref="Parameter.Effective"/>: with dense kernels here,
/// otherwise as the owner of a mask has chosen. Layers do not ask. The device is the model's or one of its lanes.
/// </summary>
internal class WeightProducts(Parameter weight)
{
    private PackedMatrix? _packed;

    public Parameter Weight { get; } = weight;

    /// <summary>Whether gradients are computed for kept weights alone, and are 0 for the others.</summary>
    public virtual bool Samples => false;

    /// <summary>y = x W^T, then the epilogue.</summary>
    public virtual void Forward(Device device, in Tensor x, in Tensor y, in GemmEpilogue epilogue) =>
        device.Gemm(new(GemmForm.NT, x, Weight.Effective, y, epilogue) { Packed = _packed });

    /// <summary>dx = dy W, then the epilogue.</summary>
    public virtual void InputGradient(Device device, in Tensor dy, in Tensor dx, in GemmEpilogue epilogue) =>
        device.Gemm(new(GemmForm.NN, dy, Weight.Effective, dx, epilogue));

    /// <summary>dW = dy^T x and db = sum of dy over rows, overwritten.</summary>
    public virtual void Gradients(Device device, in Tensor dy, in Tensor x, in Tensor dBias) =>
        device.LinearGradient(new(dy, x, Weight.Gradient, dBias));

    /// <summary><see cref="Gradients"/> and dx = dy W.</summary>
    public virtual void Backward(Device device, in Tensor dy, in Tensor x, in Tensor dx, in Tensor dBias)
    {
        Gradients(device, dy, x, dBias);
        InputGradient(device, dy, dx, GemmEpilogue.None);
    }

    /// <summary>
    /// The matrix for ops that fuse several products; null where the product forward, or with a backward pass to come that
    /// of the input's gradient, is dense.
    /// </summary>
    public virtual SparseMatrix? ToFuse(bool backward) => null;

    /// <summary>
    /// Keeps the matrix as the dense product forward reads it, until <see cref="Unpack"/>: nobody may change it meanwhile.
    /// </summary>
    public virtual void Pack(Device device) => _packed ??= device.Pack(Weight.Effective);

    public void Unpack()
    {
        _packed?.Dispose();
        _packed = null;
    }

    /// <summary>Takes up effective weights that were written past the owner, with the same mask.</summary>
    public virtual void Refresh()
    {
    }
}
