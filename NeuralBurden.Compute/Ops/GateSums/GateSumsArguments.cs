using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.GateSums;

/// <summary>
/// y[g] += sum over m of |sum over i of a[m, g W + i] da[m, g W + i]|: what the loss changes, to first order and without
/// regard to sign, when a gate closes on group g of W neighbouring columns, added up over rows (arXiv 1905.10650,
/// equation 2). a and da [M, G W]; y [G].
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct GateSumsArguments(Tensor A, Tensor Da, Tensor Y)
{
    internal (int M, int G, int W) Extents => (A.Shape[0], Y.Shape[0], A.Shape[1] / Y.Shape[0]);

    internal bool Check(Require require)
    {
        require.Rank(A, 2);
        require.Rank(Y, 1);
        require.Floats(Da, A.Shape);
        require.That(
            Y.Count > 0 && A.Shape[1] % Y.Count == 0, "the columns of 'A' must be groups of equal width, one for each of 'Y'");
        require.Disjoint(A, Y);
        require.Disjoint(Da, Y);
        return A.Count > 0;
    }
}
