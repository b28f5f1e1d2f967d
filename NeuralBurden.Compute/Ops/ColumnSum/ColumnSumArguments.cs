using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.ColumnSum;

/// <summary>y[n] = sum over m of x[m, n], or y += with <paramref name="Accumulate"/>: the bias gradient.</summary>
/// <exception cref="ArgumentException">y is not [N] for x [M, N].</exception>
public readonly record struct ColumnSumArguments(Tensor X, Tensor Y, bool Accumulate = false)
{
    internal (int M, int N) Extents => (X.Shape[0], X.Shape[1]);

    internal bool Check(Require require)
    {
        require.Rank(X, 2);
        require.Floats(Y, new Shape(X.Shape[1]));
        require.Disjoint(X, Y);
        return Y.Count > 0;
    }
}
