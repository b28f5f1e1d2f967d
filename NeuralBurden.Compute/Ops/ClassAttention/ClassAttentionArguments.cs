using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.ClassAttention;

/// <summary>
/// How much the class token attends to each token, averaged over heads: scores[b, t] = 1/H sum_h
/// softmax_t(q[b, 0, h] . k[b, t, h] / sqrt(D) + bias[b, t]): row 0 of Attention's probabilities, computed anew, so
/// that training and evaluation agree (arXiv 2202.07800). qkv [B, T, 3, H, D]; bias [B, T] or none (0); scores
/// [B, T]. Not differentiated: token selection is a constant.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct ClassAttentionArguments(Tensor Qkv, Tensor Bias, Tensor Scores)
{
    internal (int B, int T, int H, int D) Extents => (Qkv.Shape[0], Qkv.Shape[1], Qkv.Shape[3], Qkv.Shape[4]);

    internal bool Check(Require require)
    {
        require.Rank(Qkv, 5);
        var (b, t, h, d) = Extents;
        require.That(Qkv.Shape[2] == 3, "'Qkv' must be [B, T, 3, H, D]");
        require.OptionalFloats(Bias, new Shape(b, t));
        require.Floats(Scores, new Shape(b, t));
        require.Disjoint(Qkv, Scores);
        require.Disjoint(Bias, Scores);
        return Qkv.Count > 0;
    }
}
