using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.LinearGradient;

/// <summary>
/// The gradients of a linear layer's parameters, overwritten: dW [N, K] = dy^T x and db [N] = the sum of dy over rows,
/// for dy [M, N] and x [M, K]. Nothing overlaps. Deterministic, NaN and infinity as of <c>Gemm</c> and <c>ColumnSum</c>.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct LinearGradientArguments(Tensor Dy, Tensor X, Tensor Dw, Tensor Db)
{
    internal (int M, int N, int K) Extents => (Dy.Shape[0], Dy.Shape[1], X.Shape[1]);

    internal bool Check(Require require)
    {
        require.Rank(Dy, 2);
        require.Rank(X, 2);
        var (m, n, k) = Extents;
        require.Floats(X, new Shape(m, k));
        require.Floats(Dw, new Shape(n, k));
        require.Floats(Db, new Shape(n));
        require.Disjoint(Dy, Dw);
        require.Disjoint(X, Dw);
        require.Disjoint(Dy, Db);
        require.Disjoint(X, Db);
        require.Disjoint(Dw, Db);
        return Db.Count > 0;
    }
}
