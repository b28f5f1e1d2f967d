using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.ScaleImages;

/// <summary>
/// y[b, i] = s[b] x[b, i] + r[b, i], or without r where there is none: a residual branch of which whole images are left out
/// (stochastic depth, arXiv 1603.09382), and its gradient. x, r and y have one shape whose first extent is B; s [B]. y may
/// be x or r.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or s overlaps y.</exception>
public readonly record struct ScaleImagesArguments(Tensor X, Tensor S, Tensor R, Tensor Y)
{
    internal (int B, int N) Extents => (S.Shape[0], (int)(Y.Count / S.Shape[0]));

    internal bool Check(Require require)
    {
        require.Floats(Y);
        require.Floats(X, Y.Shape);
        require.Floats(S, new Shape(Y.Shape[0]));
        require.OptionalFloats(R, Y.Shape);
        require.Disjoint(S, Y);
        return Y.Count > 0;
    }
}
