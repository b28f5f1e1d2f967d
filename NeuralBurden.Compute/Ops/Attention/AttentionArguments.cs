using NeuralBurden.Compute.Tensors;

namespace NeuralBurden.Compute.Ops.Attention;

/// <summary>
/// Multi-head self-attention between the projections (arXiv 1706.03762), with proportional attention
/// (arXiv 2210.09461): P = softmax(q k^T / sqrt(D) + log size of the key), output = P v.
/// qkv [B, T, 3, H, D]; logSizes [B, T] or none (all sizes 1); output [B, T, H * D]; probabilities [B, H, T, T]
/// are saved for backward, or none. The softmax subtracts the row maximum. A key of log size -infinity is
/// padding: its probability is exactly 0. Rows whose scores hold a NaN are NaN.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct AttentionArguments(
    Tensor Qkv, Tensor LogSizes, Tensor Output, Tensor Probabilities)
{
    internal (int B, int T, int H, int D) Extents => (Qkv.Shape[0], Qkv.Shape[1], Qkv.Shape[3], Qkv.Shape[4]);

    internal bool Check(Require require)
    {
        require.Rank(Qkv, 5);
        var (b, t, h, d) = Extents;
        require.That(Qkv.Shape[2] == 3, "'Qkv' must be [B, T, 3, H, D]");
        require.OptionalFloats(LogSizes, new Shape(b, t));
        require.Floats(Output, new Shape(b, t, h * d));
        require.OptionalFloats(Probabilities, new Shape(b, h, t, t));
        require.Disjoint(Qkv, Output);
        return Output.Count > 0;
    }
}

/// <summary>
/// Gradient of <c>Attention</c>: dv = P^T dO, dP = dO v^T, dS = P (dP - rowsum(dP P)),
/// dq = dS k / sqrt(D), dk = dS^T q / sqrt(D). dqkv [B, T, 3, H, D] is overwritten. Log sizes are constants.
/// </summary>
/// <exception cref="ArgumentException">Shapes that do not fit, or overlap.</exception>
public readonly record struct AttentionBackwardArguments(
    Tensor DOutput, Tensor Qkv, Tensor Probabilities, Tensor Dqkv)
{
    internal (int B, int T, int H, int D) Extents => (Qkv.Shape[0], Qkv.Shape[1], Qkv.Shape[3], Qkv.Shape[4]);

    internal bool Check(Require require)
    {
        require.Rank(Qkv, 5);
        var (b, t, h, d) = Extents;
        require.Floats(DOutput, new Shape(b, t, h * d));
        require.Floats(Probabilities, new Shape(b, h, t, t));
        require.Floats(Dqkv, Qkv.Shape);
        require.Disjoint(Qkv, Dqkv);
        require.Disjoint(DOutput, Dqkv);
        return Dqkv.Count > 0;
    }
}
