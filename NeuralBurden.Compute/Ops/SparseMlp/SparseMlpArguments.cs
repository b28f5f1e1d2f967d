using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.SparseMlp;

/// <summary>
/// y = residual + gelu(x Fc1^T + b1) Fc2^T + b2 with x, y and residual [M, C]: both products over the kept weights, and
/// bit by bit what <c>SparseGemm</c> called twice computes. Only y and the residual may be the same.
/// </summary>
/// <param name="X">[M, C].</param>
/// <param name="W">The weights.</param>
/// <param name="Residual">[M, C].</param>
/// <param name="Saved">Filled for the backward pass, of the shape that <c>SparseMlpSaved</c> tells; none in evaluation.</param>
/// <param name="Y">[M, C].</param>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct SparseMlpArguments(
    Tensor X, SparseMlpWeights W, Tensor Residual, Tensor Saved, Tensor Y)
{
    internal int M => X.Shape[0];

    internal bool Check(Require require)
    {
        W.Check(require);
        require.Rank(X, 2);
        require.Floats(X, new Shape(M, W.Channels));
        require.Floats(Residual, X.Shape);
        require.Floats(Y, X.Shape);
        require.Disjoint(X, Y);
        return Y.Count > 0;
    }
}

/// <summary>
/// From dY [M, C] to dX [M, C], without the residual's share, and the gradients of weights and biases, overwritten: bit
/// by bit what <c>SparseGemm</c>, <c>SparseWeightGradient</c> or <c>Gemm</c>, and
/// <c>ColumnSum</c> compute. Nothing may overlap.
/// </summary>
/// <param name="Dy">[M, C].</param>
/// <param name="X">Input of the forward pass [M, C].</param>
/// <param name="W">The weights.</param>
/// <param name="Saved">What the forward pass kept; consumed.</param>
/// <param name="Dx">[M, C].</param>
/// <param name="Gradients">Overwritten.</param>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct SparseMlpBackwardArguments(
    Tensor Dy, Tensor X, SparseMlpWeights W, Tensor Saved, Tensor Dx, SparseMlpGradients Gradients)
{
    internal int M => X.Shape[0];

    internal bool Check(Require require)
    {
        W.Check(require);
        require.Rank(X, 2);
        require.Floats(X, new Shape(M, W.Channels));
        require.Floats(Dy, X.Shape);
        require.Floats(Dx, X.Shape);
        require.Floats(Gradients.Fc1, W.Fc1.Dense.Shape);
        require.Floats(Gradients.Bias1, W.Bias1.Shape);
        require.Floats(Gradients.Fc2, W.Fc2.Dense.Shape);
        require.Floats(Gradients.Bias2, W.Bias2.Shape);
        require.Disjoint(Dy, Dx);
        require.Disjoint(X, Dx);
        return Gradients.Fc1.Count > 0;
    }
}
