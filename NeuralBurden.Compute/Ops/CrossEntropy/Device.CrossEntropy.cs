using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Cross-entropy with label smoothing s (arXiv 1512.00567) of a batch. With q = log softmax(logits):
    /// losses[b] = -(1 - s) q[b, label] - s / K sum_k q[b, k]; correct[b] = 1 where the first largest logit is the
    /// label's, else 0; dLogits = (softmax - target) / B, the gradient of the mean loss, or none.
    /// logits [B, K]; labels int32 [B] in [0, K); losses, correct [B]. A row with a NaN has a NaN loss and is wrong.
    /// dLogits may be logits.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or s outside [0, 1).</exception>
    public void CrossEntropy(
        in Tensor logits, in Tensor labels, float smoothing, in Tensor losses, in Tensor correct, in Tensor dLogits) =>
        CrossEntropy(logits, labels, default, default, smoothing, losses, correct, dLogits);

    /// <summary>
    /// Likewise with targets of two classes, of mixed images: shares[b] of the label and 1 - shares[b] of the other,
    /// losses[b] = -(1 - s) (shares[b] q[b, label] + (1 - shares[b]) q[b, other]) - s / K sum_k q[b, k]. A row is
    /// correct where the first largest logit is the class of the larger share, the label's at one half.
    /// others int32 [B] in [0, K); shares [B] in [0, 1]; both none: shares of 1.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or s outside [0, 1).</exception>
    public void CrossEntropy(
        in Tensor logits,
        in Tensor labels,
        in Tensor others,
        in Tensor shares,
        float smoothing,
        in Tensor losses,
        in Tensor correct,
        in Tensor dLogits)
    {
        const string op = "CrossEntropy";
        Require.Rank(this, op, "logits", logits, 2);
        int b = logits.Shape[0], k = logits.Shape[1];
        Require.That(smoothing is >= 0 and < 1, op, "smoothing must lie in [0, 1)");
        Require.Indices(this, op, "labels", labels, new Shape(b));
        Require.That(others.IsNone == shares.IsNone, op, "'others' and 'shares' go together");
        if (!others.IsNone) Require.Indices(this, op, "others", others, new Shape(b));
        Require.OptionalFloats(this, op, "shares", shares, new Shape(b));
        Require.Floats(this, op, "losses", losses, new Shape(b));
        Require.Floats(this, op, "correct", correct, new Shape(b));
        Require.OptionalFloats(this, op, "dLogits", dLogits, logits.Shape);
        if (logits.Count > 0)
            CrossEntropyCore(b, k, logits, labels, others, shares, smoothing, losses, correct, dLogits);
    }

    protected abstract void CrossEntropyCore(
        int b,
        int k,
        in Tensor logits,
        in Tensor labels,
        in Tensor others,
        in Tensor shares,
        float smoothing,
        in Tensor losses,
        in Tensor correct,
        in Tensor dLogits);
}
