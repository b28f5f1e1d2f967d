using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.LayerNorm;

/// <summary>
/// y = (x - mean) * rstd * gamma + beta per row, with mean and rstd = 1 / sqrt(variance + epsilon) over the C
/// channels (biased variance; arXiv 1607.06450). x, y [M, C]; gamma, beta [C]; mean, rstd [M] are saved for
/// backward. y may be x.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit.</exception>
public readonly record struct LayerNormArguments(
    Tensor X, Tensor Gamma, Tensor Beta, Tensor Y, Tensor Mean, Tensor Rstd, float Epsilon = 1e-6f)
{
    internal (int M, int C) Extents => (X.Shape[0], X.Shape[1]);

    internal bool Check(Require require)
    {
        require.Rank(X, 2);
        var (m, c) = Extents;
        require.Floats(Gamma, new Shape(c));
        require.Floats(Beta, new Shape(c));
        require.Floats(Y, X.Shape);
        require.Floats(Mean, new Shape(m));
        require.Floats(Rstd, new Shape(m));
        return X.Count > 0;
    }
}

/// <summary>
/// Gradients of <c>LayerNorm</c>. With n = (x - mean) rstd and g = dy * gamma:
/// dx (+)= rstd (g - mean(g) - n mean(g n)), dgamma += sum over rows of dy n, dbeta += sum over rows of dy.
/// dx is added to with <paramref name="Accumulate"/>: the residual stream's gradient. dx may not be dy or x.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct LayerNormBackwardArguments(
    Tensor Dy,
    Tensor X,
    Tensor Gamma,
    Tensor Mean,
    Tensor Rstd,
    Tensor Dx,
    Tensor Dgamma,
    Tensor Dbeta,
    bool Accumulate)
{
    internal (int M, int C) Extents => (X.Shape[0], X.Shape[1]);

    internal bool Check(Require require)
    {
        require.Rank(X, 2);
        var (m, c) = Extents;
        require.Floats(Dy, X.Shape);
        require.Floats(Gamma, new Shape(c));
        require.Floats(Mean, new Shape(m));
        require.Floats(Rstd, new Shape(m));
        require.Floats(Dx, X.Shape);
        require.Floats(Dgamma, new Shape(c));
        require.Floats(Dbeta, new Shape(c));
        require.Disjoint(Dy, Dx);
        require.Disjoint(X, Dx);
        return X.Count > 0;
    }
}
