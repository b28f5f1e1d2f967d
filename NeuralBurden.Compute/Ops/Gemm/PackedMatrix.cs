using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.Gemm;

/// <summary>
/// A matrix W [N, K] once more, in the order in which y = x W^T reads it on its device. Bringing it there is a fifth of the
/// time of a product with the tokens of one image. Made by <c>Pack</c> of a device, and true as long as W stays what it is.
/// </summary>
public sealed class PackedMatrix : IDisposable
{
    internal PackedMatrix(in Tensor dense, in Tensor panels) => (Dense, Panels) = (dense, panels);

    /// <summary>The matrix itself. Not owned.</summary>
    public Tensor Dense { get; }

    /// <summary>In the device's layout; none where its products read the matrix as it is.</summary>
    internal Tensor Panels { get; }

    public void Dispose()
    {
        if (!Panels.IsNone) Panels.Buffer.Dispose();
    }

    internal bool IsOf(in Tensor matrix) =>
        matrix.Buffer == Dense.Buffer && matrix.Offset == Dense.Offset && matrix.Shape == Dense.Shape;
}
