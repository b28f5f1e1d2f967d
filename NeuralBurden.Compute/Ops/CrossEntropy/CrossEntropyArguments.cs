using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.CrossEntropy;

/// <summary>
/// Cross-entropy with label smoothing s (arXiv 1512.00567) of a batch. With q = log softmax(logits):
/// losses[b] = -(1 - s) q[b, label] - s / K sum_k q[b, k]; correct[b] = 1 where the first largest logit is the
/// label's, else 0; dLogits = (softmax - target) / B, the gradient of the mean loss, or none.
/// logits [B, K]; labels int32 [B] in [0, K); losses, correct [B]. A row with a NaN has a NaN loss and is wrong.
/// dLogits may be logits. With targets of two classes, of mixed images: shares[b] of the label and 1 - shares[b] of the
/// other, losses[b] = -(1 - s) (shares[b] q[b, label] + (1 - shares[b]) q[b, other]) - s / K sum_k q[b, k]; a row is then
/// correct where the first largest logit is the class of the larger share, the label's at one half.
/// others int32 [B] in [0, K); shares [B] in [0, 1]; both none: shares of 1.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or s outside [0, 1).</exception>
public readonly record struct CrossEntropyArguments(
    Tensor Logits,
    Tensor Labels,
    float Smoothing,
    Tensor Losses,
    Tensor Correct,
    Tensor DLogits,
    Tensor Others = default,
    Tensor Shares = default)
{
    internal (int B, int K) Extents => (Logits.Shape[0], Logits.Shape[1]);

    internal bool Check(Require require)
    {
        require.Rank(Logits, 2);
        var (b, k) = Extents;
        require.That(Smoothing is >= 0 and < 1, "smoothing must lie in [0, 1)");
        require.Indices(Labels, new Shape(b));
        require.That(Others.IsNone == Shares.IsNone, "'Others' and 'Shares' go together");
        require.OptionalIndices(Others, new Shape(b));
        require.OptionalFloats(Shares, new Shape(b));
        require.Floats(Losses, new Shape(b));
        require.Floats(Correct, new Shape(b));
        require.OptionalFloats(DLogits, Logits.Shape);
        return Logits.Count > 0;
    }
}
