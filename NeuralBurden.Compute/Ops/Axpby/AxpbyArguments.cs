using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.Axpby;

/// <summary>
/// y = alpha x + beta y, element by element, in place: a running mean with alpha = 1 - d, beta = d, or a sum of
/// gradients. x may be y. A NaN in y stays one, for beta = 0 too.
/// </summary>
/// <exception cref="ArgumentException">Shapes that differ.</exception>
public readonly record struct AxpbyArguments(float Alpha, Tensor X, float Beta, Tensor Y)
{
    internal bool Check(Require require)
    {
        require.Floats(Y);
        require.Floats(X, Y.Shape);
        return Y.Count > 0;
    }
}
