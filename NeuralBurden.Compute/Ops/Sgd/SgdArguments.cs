using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.Sgd;

/// <summary>
/// One step of stochastic gradient descent with momentum, element by element:
/// u = momentum u + (g + decay d); w = w - lr u, or with Nesterov w - lr (g + decay d + momentum u).
/// d is <paramref name="Decayed"/>: the weights themselves, or the masked weights. Updates w and u in place;
/// decayed may be w.
/// </summary>
/// <exception cref="ArgumentException">Shapes that differ.</exception>
public readonly record struct SgdArguments(
    Tensor W,
    Tensor G,
    Tensor U,
    Tensor Decayed,
    float LearningRate,
    float Momentum,
    float WeightDecay,
    bool Nesterov)
{
    internal bool Check(Require require)
    {
        require.Floats(W);
        require.Floats(G, W.Shape);
        require.Floats(U, W.Shape);
        require.Floats(Decayed, W.Shape);
        return W.Count > 0;
    }
}
