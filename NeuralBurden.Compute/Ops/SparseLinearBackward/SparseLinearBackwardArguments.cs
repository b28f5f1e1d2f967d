using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.SparseLinearBackward;

/// <summary>
/// Backward of y = x W^T + b over kept weights: dX [M, columns] = dY W, dW [rows, columns] = dY^T X, and db [rows], the
/// column sums of dY; all overwritten, and bit by bit what <c>SparseGemm</c>, <c>SparseWeightGradient</c>
/// or <c>Gemm</c>, and <c>ColumnSum</c> compute. Nothing may overlap.
/// </summary>
/// <param name="Dy">[M, rows].</param>
/// <param name="X">[M, columns].</param>
/// <param name="W">The weights.</param>
/// <param name="Dx">[M, columns].</param>
/// <param name="Dw">[rows, columns].</param>
/// <param name="Sampled">Whether only kept weights need a gradient; the others get 0.</param>
/// <param name="Dbias">[rows].</param>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct SparseLinearBackwardArguments(
    Tensor Dy, Tensor X, SparseMatrix W, Tensor Dx, Tensor Dw, bool Sampled, Tensor Dbias)
{
    internal int M => Dy.Shape[0];

    internal bool Check(Require require)
    {
        require.Floats(W.Dense);
        require.Rank(Dy, 2);
        int m = M;
        require.Floats(Dy, new Shape(m, W.Rows));
        require.Floats(X, new Shape(m, W.Columns));
        require.Floats(Dx, X.Shape);
        require.Floats(Dw, W.Dense.Shape);
        require.Floats(Dbias, new Shape(W.Rows));
        require.Disjoint(Dy, Dx);
        require.Disjoint(X, Dx);
        require.Disjoint(X, Dw);
        require.Disjoint(Dy, Dw);
        return Dw.Count > 0;
    }
}
