using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Multi-head self-attention between the projections (arXiv 1706.03762), with proportional attention
    /// (arXiv 2210.09461): P = softmax(q k^T / sqrt(D) + log size of the key), output = P v.
    /// qkv [B, T, 3, H, D]; logSizes [B, T] or none (all sizes 1); output [B, T, H * D]; probabilities [B, H, T, T]
    /// are saved for backward, or none. The softmax subtracts the row maximum. A key of log size -infinity is
    /// padding: its probability is exactly 0. Rows whose scores hold a NaN are NaN.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void Attention(in Tensor qkv, in Tensor logSizes, in Tensor output, in Tensor probabilities)
    {
        const string op = "Attention";
        Require.Rank(this, op, "qkv", qkv, 5);
        int b = qkv.Shape[0], t = qkv.Shape[1], h = qkv.Shape[3], d = qkv.Shape[4];
        Require.That(qkv.Shape[2] == 3, op, "'qkv' must be [B, T, 3, H, D]");
        Require.OptionalFloats(this, op, "logSizes", logSizes, new Shape(b, t));
        Require.Floats(this, op, "output", output, new Shape(b, t, h * d));
        Require.OptionalFloats(this, op, "probabilities", probabilities, new Shape(b, h, t, t));
        Require.Disjoint(op, "qkv", qkv, "output", output);
        if (output.Count > 0) AttentionCore(b, t, h, d, qkv, logSizes, output, probabilities);
    }

    /// <summary>
    /// Gradient of <see cref="Attention"/>: dv = P^T dO, dP = dO v^T, dS = P (dP - rowsum(dP P)),
    /// dq = dS k / sqrt(D), dk = dS^T q / sqrt(D). dqkv [B, T, 3, H, D] is overwritten. Log sizes are constants.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
    public void AttentionBackward(in Tensor dOutput, in Tensor qkv, in Tensor probabilities, in Tensor dqkv)
    {
        const string op = "AttentionBackward";
        Require.Rank(this, op, "qkv", qkv, 5);
        int b = qkv.Shape[0], t = qkv.Shape[1], h = qkv.Shape[3], d = qkv.Shape[4];
        Require.Floats(this, op, "dOutput", dOutput, new Shape(b, t, h * d));
        Require.Floats(this, op, "probabilities", probabilities, new Shape(b, h, t, t));
        Require.Floats(this, op, "dqkv", dqkv, qkv.Shape);
        Require.Disjoint(op, "qkv", qkv, "dqkv", dqkv);
        Require.Disjoint(op, "dOutput", dOutput, "dqkv", dqkv);
        if (dqkv.Count > 0) AttentionBackwardCore(b, t, h, d, dOutput, qkv, probabilities, dqkv);
    }

    protected abstract void AttentionCore(
        int b, int t, int h, int d, in Tensor qkv, in Tensor logSizes, in Tensor output, in Tensor probabilities);

    protected abstract void AttentionBackwardCore(
        int b, int t, int h, int d, in Tensor dOutput, in Tensor qkv, in Tensor probabilities, in Tensor dqkv);
}
