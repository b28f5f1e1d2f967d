using NeuralBurden.Compute.Sparse;
using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.SparseWeightGradient;

/// <summary>
/// dW [rows, columns] = dY^T X at the kept weights of <paramref name="W"/>, 0 elsewhere, with dY [M, rows] and X
/// [M, columns]: the sampled product (SDDMM). Nothing may overlap. Deterministic; sums tokens in another order
/// than <c>Gemm</c>, so that the last bits differ from it.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct SparseWeightGradientArguments(Tensor Dy, Tensor X, SparseMatrix W, Tensor Dw)
{
    internal int M => Dy.Shape[0];

    internal bool Check(Require require)
    {
        require.Floats(W.Dense);
        require.Rank(Dy, 2);
        int m = M;
        require.Floats(Dy, new Shape(m, W.Rows));
        require.Floats(X, new Shape(m, W.Columns));
        require.Floats(Dw, new Shape(W.Rows, W.Columns));
        require.Disjoint(Dy, Dw);
        require.Disjoint(X, Dw);
        return Dw.Count > 0;
    }
}
