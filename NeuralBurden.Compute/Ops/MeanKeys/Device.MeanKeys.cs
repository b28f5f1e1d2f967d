using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// keys[b, t, d] = mean over heads of the attention keys: the metric of token matching (arXiv 2210.09461).
    /// qkv [B, T, 3, H, D]; keys [B, T, D].
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void MeanKeys(in Tensor qkv, in Tensor keys)
    {
        const string op = "MeanKeys";
        Require.Rank(this, op, "qkv", qkv, 5);
        Require.That(qkv.Shape[2] == 3, op, "'qkv' must be [B, T, 3, H, D]");
        int b = qkv.Shape[0], t = qkv.Shape[1], h = qkv.Shape[3], d = qkv.Shape[4];
        Require.Floats(this, op, "keys", keys, new Shape(b, t, d));
        Require.Disjoint(op, "qkv", qkv, "keys", keys);
        if (qkv.Count > 0) MeanKeysCore(b, t, h, d, qkv, keys);
    }

    protected abstract void MeanKeysCore(int b, int t, int h, int d, in Tensor qkv, in Tensor keys);
}
