using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// How much the class token attends to each token, averaged over heads: scores[b, t] = 1/H sum_h
    /// softmax_t(q[b, 0, h] . k[b, t, h] / sqrt(D) + bias[b, t]): row 0 of Attention's probabilities, computed anew, so
    /// that training and evaluation agree (arXiv 2202.07800). qkv [B, T, 3, H, D]; bias [B, T] or none (0); scores
    /// [B, T]. Not differentiated: token selection is a constant.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void ClassAttention(in Tensor qkv, in Tensor bias, in Tensor scores)
    {
        const string op = "ClassAttention";
        Require.Rank(this, op, "qkv", qkv, 5);
        int b = qkv.Shape[0], t = qkv.Shape[1], h = qkv.Shape[3], d = qkv.Shape[4];
        Require.That(qkv.Shape[2] == 3, op, "'qkv' must be [B, T, 3, H, D]");
        Require.OptionalFloats(this, op, "bias", bias, new Shape(b, t));
        Require.Floats(this, op, "scores", scores, new Shape(b, t));
        Require.Disjoint(op, "qkv", qkv, "scores", scores);
        Require.Disjoint(op, "bias", bias, "scores", scores);
        if (qkv.Count > 0) ClassAttentionCore(b, t, h, d, qkv, bias, scores);
    }

    protected abstract void ClassAttentionCore(
        int b, int t, int h, int d, in Tensor qkv, in Tensor bias, in Tensor scores);
}
