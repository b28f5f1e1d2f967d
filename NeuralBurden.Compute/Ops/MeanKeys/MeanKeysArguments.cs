using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.MeanKeys;

/// <summary>
/// keys[b, t, d] = mean over heads of the attention keys: the metric of token matching (arXiv 2210.09461).
/// qkv [B, T, 3, H, D]; keys [B, T, D].
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct MeanKeysArguments(Tensor Qkv, Tensor Keys)
{
    internal (int B, int T, int H, int D) Extents => (Qkv.Shape[0], Qkv.Shape[1], Qkv.Shape[3], Qkv.Shape[4]);

    internal bool Check(Require require)
    {
        require.Rank(Qkv, 5);
        require.That(Qkv.Shape[2] == 3, "'Qkv' must be [B, T, 3, H, D]");
        var (b, t, h, d) = Extents;
        require.Floats(Keys, new Shape(b, t, d));
        require.Disjoint(Qkv, Keys);
        return Qkv.Count > 0;
    }
}
