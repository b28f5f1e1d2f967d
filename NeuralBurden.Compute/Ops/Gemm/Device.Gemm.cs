using NeuralBurden.Compute.Ops.Gemm;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <inheritdoc cref="GemmArguments"/>
    public void Gemm(in GemmArguments args)
    {
        if (args.Check(new(this, nameof(Gemm)))) GemmCore(args);
    }

    protected abstract void GemmCore(in GemmArguments args);

    /// <summary>
    /// W [N, K] for many products y = x W^T while it stays what it is; the caller disposes it before the matrix.
    /// </summary>
    /// <exception cref="ArgumentException">Not a matrix, or not on this device.</exception>
    public PackedMatrix Pack(in Tensor w)
    {
        new Require(this, nameof(Pack)).Rank(w, 2);
        return new PackedMatrix(w, w.Count == 0 ? default : PackMatrix(w));
    }

    /// <summary>The matrix in the order of this device's products; none where they read it as it is.</summary>
    protected virtual Tensor PackMatrix(in Tensor w) => default;
}
