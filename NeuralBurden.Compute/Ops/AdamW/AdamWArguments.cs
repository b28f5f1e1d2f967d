using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.AdamW;

/// <summary>
/// One step of AdamW (arXiv 1711.05101), element by element, all tensors of one shape:
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// w = w - lr decay d - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
/// d is <paramref name="Decayed"/>: the weights themselves, or the masked weights, so that decay spares pruned
/// ones. With a frozen step f, v stays as it is and f stands for t in its correction. Updates w, m and v in place;
/// decayed may be w.
/// </summary>
/// <exception cref="ArgumentException">Shapes that differ, a step below 1, or a frozen step beyond it.</exception>
public readonly record struct AdamWArguments(
    Tensor W, Tensor G, Tensor M, Tensor V, Tensor Decayed, AdamWOptions Options)
{
    internal bool Check(Require require)
    {
        require.Floats(W);
        require.Floats(G, W.Shape);
        require.Floats(M, W.Shape);
        require.Floats(V, W.Shape);
        require.Floats(Decayed, W.Shape);
        require.That(Options.Step >= 1, "steps count from 1");
        require.That(Options.FrozenStep >= 0 && Options.FrozenStep <= Options.Step, "v is frozen at 0 to the present step");
        return W.Count > 0;
    }
}
