using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.ClipByNorm;

/// <summary>
/// norm[0] = |counted|, the Euclidean norm over all elements; where it exceeds <paramref name="Maximum"/>, g is scaled
/// by maximum / norm in place. A maximum of +infinity only measures. A non-finite norm is reported and leaves g
/// as it is. <paramref name="Counted"/> is g itself, or the part of it that the norm is to see.
/// </summary>
/// <exception cref="ArgumentException">
/// counted has not the shape of g, norm is not [1], or the maximum is not positive.
/// </exception>
public readonly record struct ClipByNormArguments(Tensor G, Tensor Counted, float Maximum, Tensor Norm)
{
    internal bool Check(Require require)
    {
        require.Floats(G);
        require.Floats(Counted, G.Shape);
        require.Floats(Norm, new Shape(1));
        require.That(Maximum > 0, "the maximum must be positive");
        return true;
    }
}
